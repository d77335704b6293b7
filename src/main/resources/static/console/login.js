/* The operator's login: asked for only when a request needs it. */

import { ask, byId, setText } from './elements.js'

/** Makes requests that may need the operator. */
export class Operator {

  #api
  #changed

  /** changed() is called after each login and logout. */
  constructor(api, changed) {
    this.#api = api
    this.#changed = changed
    byId('log-out').addEventListener('click', () => this.#set(() => api.logOut()))
    byId('log-in').addEventListener('click', () => {
      this.send('GET', '/listeners', undefined, 'Reading needs the operator\'s login here.').catch(() => {}).then(changed)
    })
  }

  /**
   * Make a request; if it needs the login, ask for that and make it again. Returns null if the
   * user cancels. Throws what the server answers, such as that there is no operator at all.
   */
  async send(method, path, body, reason) {
    for (;;) {
      try {
        return await this.#api.send(method, path, body)
      }
      catch (error) {
        if (error.status !== 401) {
          throw error
        }
        const refused = this.#api.loggedIn
        this.#set(() => this.#api.logOut())
        if (!await this.#ask(reason, refused ? error.message : null)) {
          return null
        }
      }
    }
  }

  #set(change) {
    change()
    this.#changed()
  }

  /** Ask for the name and the password, and return whether the user has entered them. */
  async #ask(reason, error) {
    const password = byId('login-password')
    setText(byId('login-reason'), reason)
    setText(byId('login-error'), error ?? '')
    byId('login-error').hidden = !error
    const asked = ask(byId('login'))
    password.focus()
    const entered = await asked
    if (entered) {
      this.#set(() => this.#api.logIn(byId('login-name').value, password.value))
    }
    password.value = ''
    return entered
  }

}
