/*
 * Elements of the page. Text of the server only ever becomes text nodes and attributes:
 * a hostile name stays a name.
 */

/** Return the element with an id. */
export const byId = (id) => document.getElementById(id)

/** Create an element with attributes and children; a string becomes text. */
export function element(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children)
}

/** Create an element of SVG. */
export function svg(tag, attributes, ...children) {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== undefined && value !== null && value !== false) {
      node.setAttribute(name, value === true ? '' : value)
    }
  }
  node.append(...children.filter((child) => child !== undefined && child !== null))
  return node
}

/** Change a text, if it is another one: what is the same is not touched. */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text
  }
}

/** Set or remove an attribute, if it is another one. */
export function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) {
    node.removeAttribute(name)
  }
  else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, value)
  }
}

/** Create a badge: a word, and a colour where the kind of the word is known. */
export function badge(word, kind) {
  return element('span', { class: kind ? `badge ${kind}` : 'badge' }, word)
}

/** Replace the children of a node only if what they are made of has changed. */
export function renew(node, source, make) {
  const key = JSON.stringify(source ?? null)
  if (node.renewedFrom !== key) {
    node.renewedFrom = key
    node.replaceChildren(...make())
  }
}

/** Create a cell of a table whose rows become blocks on a narrow screen. */
export function cell(label, attributes, ...children) {
  return element('td', { 'data-label': label, ...attributes }, ...children)
}

const ROLES = { TABLE: 'table', THEAD: 'rowgroup', TBODY: 'rowgroup', TR: 'row', TH: 'columnheader', TD: 'cell' }

/** Say what the parts of a table are: a browser may forget it once they are blocks. */
export function keepRoles(root) {
  for (const node of [root, ...root.querySelectorAll('*')]) {
    if (node.tagName in ROLES) {
      node.setAttribute('role', node.scope === 'row' ? 'rowheader' : ROLES[node.tagName])
    }
  }
}

/** Open a dialog with a form, and return whether the form was submitted. */
export function ask(dialog) {
  dialog.showModal()
  return new Promise((resolve) => {
    const listeners = new AbortController()
    const close = (submitted) => (event) => {
      event.preventDefault()
      listeners.abort()
      dialog.close()
      resolve(submitted)
    }
    const { signal } = listeners
    dialog.querySelector('form').addEventListener('submit', close(true), { signal })
    dialog.querySelector('.cancel').addEventListener('click', close(false), { signal })
    dialog.addEventListener('cancel', close(false), { signal })
  })
}

/**
 * The rows of a table, one for each key. A row that is still there stays the same element, so
 * that the focus and a selection survive a refresh.
 */
export class Rows {

  #body
  #make
  #rows = new Map()
  #fallback

  /** make(item) returns {node, update(item)}; the fallback has the focus if its row goes. */
  constructor(body, make, fallback) {
    this.#body = body
    this.#make = make
    this.#fallback = fallback
  }

  show(items, key) {
    const rows = new Map()
    for (const item of items) {
      const id = key(item)
      const row = this.#rows.get(id) ?? this.#made(item)
      row.update(item)
      rows.set(id, row)
    }
    for (const [id, row] of this.#rows) {
      if (!rows.has(id)) {
        this.#remove(row.node)
      }
    }
    let next = this.#body.firstChild
    for (const { node } of rows.values()) {
      if (node === next) {
        next = next.nextSibling
      }
      else {
        // A node that moves would lose the focus.
        const focused = node.contains(document.activeElement) ? document.activeElement : null
        this.#body.insertBefore(node, next)
        focused?.focus({ preventScroll: true })
      }
    }
    this.#rows = rows
  }

  #made(item) {
    const row = this.#make(item)
    keepRoles(row.node)
    return row
  }

  #remove(node) {
    const focused = node.contains(document.activeElement)
    const neighbour = node.nextElementSibling ?? node.previousElementSibling
    node.remove()
    if (focused) {
      (neighbour?.querySelector('button') ?? this.#fallback).focus()
    }
  }

}
