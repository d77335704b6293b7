/* Requests to the endpoints of management. */

/** The longest wait for an answer: an operator's action may wait 5 s for an event loop. */
const TIMEOUT_MILLIS = 10_000

/** A request that was refused or failed; status is 0 if there was no answer. */
export class ApiError extends Error {

  constructor(status, detail) {
    super(detail)
    this.status = status
  }

}

/** The endpoints, and the login that a request may need. */
export class Api {

  /** The Authorization header; only ever here, in memory. */
  #authorization = null

  /** The path of the endpoints. */
  #base = null

  #links = {}

  /** Whether reads need the login, too; with an encoded password each then costs its hash. */
  readsNeedLogin = false

  get loggedIn() {
    return this.#authorization !== null
  }

  logIn(name, password) {
    const text = new TextEncoder().encode(`${name}:${password}`)
    this.#authorization = `Basic ${btoa(String.fromCharCode(...text))}`
  }

  logOut() {
    this.#authorization = null
  }

  /** Find the endpoints; they need not be below /actuator. */
  async discover() {
    const home = await this.#ask('GET', new URL('../', location).pathname, {})
    const base = home._links?.actuator?.href ?? home._links?.self?.href
    this.#base = new URL(base ?? '../actuator', location).pathname.replace(/\/$/, '')
    this.#links = (await this.get(''))._links ?? {}
  }

  /** Return whether there is an endpoint with this name. */
  has(name) {
    return Object.hasOwn(this.#links, name)
  }

  /** Get JSON without the login, unless it turns out to be needed. */
  async get(path) {
    try {
      return await this.#ask('GET', this.#base + path || '/', { login: this.readsNeedLogin })
    }
    catch (error) {
      this.readsNeedLogin ||= error.status === 401
      throw error
    }
  }

  /** Send a request with the login, if there is one. */
  send(method, path, body) {
    return this.#ask(method, this.#base + path, { login: true, body })
  }

  async #ask(method, path, { login = false, body }) {
    const headers = { Accept: 'application/json' }
    if (login && this.#authorization) {
      headers.Authorization = this.#authorization
    }
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json'
    }
    let response
    let text
    try {
      // Without "omit" a browser would ask for the password by itself, and keep it.
      response = await fetch(path, {
        method, headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: 'omit',
        cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MILLIS),
      })
      text = await response.text()
    }
    catch (error) {
      throw new ApiError(0, error.name === 'TimeoutError' ? `The server has not answered within ${TIMEOUT_MILLIS / 1000} s`
        : 'The server cannot be reached')
    }
    let json
    try {
      json = text ? JSON.parse(text) : null
    }
    catch {
      throw new ApiError(response.status, `The answer (status ${response.status}) is no JSON`)
    }
    if (!response.ok) {
      throw new ApiError(response.status, json?.detail ?? `The server answered with status ${response.status}`)
    }
    return json
  }

}
