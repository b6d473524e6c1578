/** Settings of a client. */
export type ClientOptions = {
  /** Where Latchkey is, with its path if it has one: `https://auth.example.com`. */
  baseUrl: string
}
