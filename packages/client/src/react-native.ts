/** The part of React Native's `AppState` that is used here. */
export type AppStateModule = {
  readonly currentState?: string | null
  addEventListener(type: 'change', listener: (state: string) => void): { remove(): void }
}

/**
 * Makes a client check its session when the app returns to the foreground: `createClient({ foreground:
 * foregroundOf(AppState), … })`.
 */
export function foregroundOf(appState: AppStateModule): (returned: () => void) => () => void {
  return (returned) => {
    let last = appState.currentState
    const subscription = appState.addEventListener('change', (next) => {
      if (next === 'active' && last !== 'active') returned()
      last = next
    })
    return () => subscription.remove()
  }
}
