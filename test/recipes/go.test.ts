import { describe, expect, it } from 'vitest'
import { claimsOf } from '../support/v1-client.ts'
import { badTokens, startLatchkey } from './latchkey.ts'
import { codeBelow } from './manual-code.ts'
import { folderWith, runProgram } from './program.ts'

// Debian: golang-go, golang-github-coreos-go-oidc-dev

const ISSUER = 'https://auth.example.org'

/** Verifies the lines of its input, and writes for each the account and the session, or the error. */
const main = `package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if claims, err := Verify(context.Background(), lines.Text()); err != nil {
			fmt.Println("refused")
		} else {
			fmt.Println(claims.Account, claims.Session)
		}
	}
}
`

describe('go-oidc', () => {
  it('verifies tokens as the manual shows, and refuses all others', async () => {
    const latchkey = await startLatchkey({ ISSUER, AUDIENCE: 'shop' })
    const recipe = codeBelow('Go')
      .replace('package tokens', 'package main')
      // Debian has version 2, whose functions are the same.
      .replace('go-oidc/v3/oidc', 'go-oidc')
      .replace('issuer+"/.well-known', `"${latchkey.app.url}/.well-known`)
    const bad = await badTokens(latchkey)
    const good = latchkey.tokens.access_token
    const tokens = [good, ...bad.map(([, token]) => token)].join('\n')
    const cache = folderWith({})
    const verdicts = async (code: string) => {
      const folder = folderWith({ 'main.go': main, 'tokens.go': code })
      const env = { GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOCACHE: cache }
      return (await runProgram('/usr/bin/go', ['run', 'main.go', 'tokens.go'], tokens, folder, env)).trim().split('\n')
    }
    expect(await verdicts(recipe)).toEqual([`${latchkey.accountId} ${claimsOf(good).sid}`, ...bad.map(() => 'refused')])
    expect(await verdicts(recipe.replace('"shop"', '"other"'))).toEqual(['refused', ...bad.map(() => 'refused')])
  }, 200_000)
})
