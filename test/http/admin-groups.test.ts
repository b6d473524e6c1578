import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addPerson, addStaff, addSuperuser, look, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import type { JsonAnswer } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, codeOf } from '../support/v1-client.ts'

type GroupJson = { id: number; name: string; description: string; permissions: string[]; created_at: string }

describe.each(databases)('groups on $name', (database) => {
  let app: TestApp
  let root: Person
  let groups = 0
  beforeAll(async () => {
    app = await startTestApp({ database })
    root = await addSuperuser(app, 'root')
  })
  afterAll(() => app.close())

  const create = async (body: object = {}) => {
    const answer = await root.ask('POST', 'admin/groups', { name: `Group ${++groups}`, ...body })
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)])
    return answer.json as GroupJson
  }
  const faultsOf = ({ json }: JsonAnswer) => (json as { errors?: object[] }).errors
  const lastEvent = async () => {
    const { json } = await root.ask('GET', 'admin/events?limit=1')
    return (json as { events: object[] }).events[0]
  }

  it('are created, shown, changed and deleted, each with its event', async () => {
    const made = await create({ name: 'Editors', description: 'Who edit', permissions: ['posts.change', 'posts.add'] })
    expect(made).toEqual({
      id: made.id,
      name: 'Editors',
      description: 'Who edit',
      permissions: ['posts.add', 'posts.change'],
      created_at: expect.stringMatching(/Z$/),
    })
    const by = { actor: { type: 'account', account_id: root.id } }
    expect(await lastEvent()).toMatchObject({
      event: 'group.created',
      facts: { group_id: made.id, name: 'Editors' },
      ...by,
    })
    expect((await root.ask('GET', `admin/groups/${made.id}`)).json).toEqual(made)

    const changed = { ...made, name: 'Authors', permissions: ['blog.publish', 'posts.add'] }
    const body = { name: 'Authors', permissions: ['posts.add', 'blog.publish', 'posts.add'] }
    expect((await root.ask('PATCH', `admin/groups/${made.id}`, body)).json).toEqual(changed)
    expect((await root.ask('GET', `admin/groups/${made.id}`)).json).toEqual(changed)
    const facts = {
      fields: ['name', 'permissions'],
      added: ['blog.publish'],
      removed: ['posts.change'],
      name: 'Authors',
    }
    expect(await lastEvent()).toMatchObject({ event: 'group.changed', facts, ...by })
    expect((await root.ask('PATCH', `admin/groups/${made.id}`, {})).json).toEqual(changed)
    expect(await lastEvent()).toMatchObject({ event: 'group.changed', facts })

    expect((await root.ask('DELETE', `admin/groups/${made.id}`)).status).toBe(204)
    expect(await lastEvent()).toMatchObject({
      event: 'group.deleted',
      facts: { group_id: made.id, name: 'Authors' },
      ...by,
    })
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      expect((await root.ask(method, `admin/groups/${made.id}`)).status).toBe(404)
    }
    expect((await create()).id).toBeGreaterThan(made.id)
  })

  it('have unique names, regardless of case and width', async () => {
    const made = await create({ name: 'Night watch' })
    const other = await create()
    for (const name of ['Night watch', 'NIGHT WATCH', 'Ｎight watch']) {
      for (const answer of [
        await root.ask('POST', 'admin/groups', { name }),
        await root.ask('PATCH', `admin/groups/${other.id}`, { name }),
      ]) {
        expect([answer.status, faultsOf(answer)]).toEqual([400, [{ field: 'name', fault: 'name_taken' }]])
      }
    }
    expect((await root.ask('PATCH', `admin/groups/${made.id}`, { name: 'NIGHT watch' })).status).toBe(200)
  })

  it.each([
    [{ name: '' }, 'name', 'minLength'],
    [{ name: ' ' }, 'name', 'minLength'],
    [{ name: 'a\u200b' }, 'name', 'invalid_name'],
    [{ name: 'a\0' }, 'name', 'text'],
    [{ name: 'a'.repeat(151) }, 'name', 'maxLength'],
    [{ name: ['a'] }, 'name', 'type'],
    [{ description: 'a'.repeat(1_001) }, 'description', 'maxLength'],
    [{ permissions: 'posts.add' }, 'permissions', 'type'],
    [{ permissions: [1] }, 'permissions/0', 'type'],
    [{ permissions: ['posts.add', 'no permission'] }, 'permissions/1', 'invalid_permission'],
    [{ permissions: ['keys.delete'] }, 'permissions/0', 'unknown_permission'],
    [{ permissions: Array.from({ length: 501 }, (_, nth) => `a.b${nth}`) }, 'permissions', 'maxItems'],
  ])('are refused with %.60j', async (body, field, fault) => {
    const { id } = await create()
    for (const answer of [
      await root.ask('POST', 'admin/groups', { name: `Group ${++groups}`, ...body }),
      await root.ask('PATCH', `admin/groups/${id}`, body),
    ]) {
      expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_fields'])
      expect(faultsOf(answer)).toContainEqual(expect.objectContaining({ field, fault }))
    }
  })

  it('have members, and record each addition once', async () => {
    const group = await create({ permissions: ['posts.add'] })
    const { id } = await addAccount(app, 'member')
    const path = `admin/groups/${group.id}/members/${id}`
    for (const method of ['PUT', 'PUT']) expect((await root.ask(method, path)).status).toBe(204)
    expect(await look(root, id)).toMatchObject({
      groups: [{ id: group.id, name: group.name }],
      permissions: ['posts.add'],
      user_permissions: [],
    })
    const { json } = await root.ask('GET', `admin/users?group=${group.id}`)
    expect((json as { users: object[] }).users).toMatchObject([{ id }])
    for (const method of ['DELETE', 'DELETE']) expect((await root.ask(method, path)).status).toBe(204)
    expect(await look(root, id)).toMatchObject({ groups: [], permissions: [] })
    const events = await root.ask('GET', `admin/events?account_id=${id}`)
    expect((events.json as { events: { event: string }[] }).events.map(({ event }) => event)).toEqual([
      'group.member_removed',
      'group.member_added',
      'account.created',
    ])
  })

  it('accept no member who does not exist, and are managed by nobody else', async () => {
    const group = await create()
    const { id } = await addAccount(app, 'lonely')
    for (const path of [
      `${group.id}/members/999999`,
      `999999/members/${id}`,
      `${group.id}/members/x`,
      `x/members/${id}`,
    ]) {
      for (const method of ['PUT', 'DELETE']) {
        expect((await root.ask(method, `admin/groups/${path}`)).status).toBe(404)
      }
    }
  })

  it('lose members who are deleted, and members lose the permissions of a deleted group', async () => {
    const group = await create({ permissions: ['posts.add'] })
    const [gone, left] = [await addAccount(app, 'gone'), await addAccount(app, 'left')]
    for (const { id } of [gone, left]) await root.ask('PUT', `admin/groups/${group.id}/members/${id}`)
    await root.ask('DELETE', `admin/users/${gone.id}`)
    const { json } = await root.ask('GET', `admin/users?group=${group.id}`)
    expect((json as { users: object[] }).users).toMatchObject([{ id: left.id }])
    await root.ask('DELETE', `admin/groups/${group.id}`)
    expect(await look(root, left.id)).toMatchObject({ groups: [], permissions: [] })
  })

  it('are listed in pages, oldest first', async () => {
    for (let nth = 0; nth < 3; nth++) await create()
    const seen: GroupJson[] = []
    let after: number | null = 0
    while (after !== null) {
      const { json } = await root.ask('GET', `admin/groups?limit=2${after === 0 ? '' : `&after=${after}`}`)
      const page = json as { groups: GroupJson[]; next: number | null }
      seen.push(...page.groups)
      after = page.next
    }
    const ids = seen.map(({ id }) => id)
    expect(ids).toEqual([...new Set(ids)].toSorted((one, other) => one - other))
    const whole = (await root.ask('GET', 'admin/groups?limit=200')).json as { groups: GroupJson[]; next: null }
    expect(whole).toEqual({ groups: seen, next: null })
  })

  it('are found by a part of their names, in any case and page by page; permissions are found too', async () => {
    for (const name of ['Searched ÄPFEL', 'searched 100%', 'Other']) await create({ name })
    const names = async (query: string) => {
      const { json } = await root.ask('GET', `admin/groups?${query}`)
      return (json as { groups: GroupJson[] }).groups.map(({ name }) => name)
    }
    expect(await names('search=SEARCHED')).toEqual(['Searched ÄPFEL', 'searched 100%'])
    expect(await names(`search=${encodeURIComponent('äpfel')}`)).toEqual(['Searched ÄPFEL'])
    expect(await names(`search=${encodeURIComponent('0%')}`)).toEqual(['searched 100%'])
    expect(await names('search=sea_ched')).toEqual([])
    const { json } = await root.ask('GET', 'admin/groups?search=searched&limit=1')
    const { next } = json as { next: number }
    expect(await names(`search=searched&after=${next}`)).toEqual(['searched 100%'])
    expect((await root.ask('GET', 'admin/permissions?search=SIGNING&limit=1')).json).toMatchObject({
      permissions: [{ name: 'keys.change' }],
    })
    expect((await root.ask('GET', 'admin/permissions?limit=0')).status).toBe(400)
  })

  it('and permissions are shown to their owner', async () => {
    const group = await create({ permissions: ['zoo.feed'] })
    const staff = await addStaff(app, 'keeper', 'accounts.view')
    await root.ask('PUT', `admin/groups/${group.id}/members/${staff.id}`)
    expect((await staff.ask('GET', 'me')).json).toMatchObject({
      is_staff: true,
      is_superuser: false,
      groups: [{ id: group.id, name: group.name }],
      permissions: ['accounts.view', 'zoo.feed'],
    })
    const person = await addPerson(app, 'visitor')
    expect((await person.ask('GET', 'me')).json).toMatchObject({ is_staff: false, groups: [], permissions: [] })
    const { permissions } = (await root.ask('GET', 'me')).json as { permissions: string[] }
    expect(permissions).toEqual(expect.arrayContaining(['accounts.delete', 'keys.change', 'posts.add', 'zoo.feed']))
    const exported = (await staff.ask('GET', 'me/export')).text
    expect(exported).toContain(group.name)
    expect(exported).toContain('accounts.view')
  })

  it('the permissions that can be granted are our own and those that were granted before', async () => {
    await create({ permissions: ['museum.open'] })
    const { json } = await root.ask('GET', 'admin/permissions')
    const { permissions } = json as { permissions: { name: string; description: string }[] }
    expect(permissions.find(({ name }) => name === 'museum.open')).toEqual({ name: 'museum.open', description: '' })
    expect(permissions.find(({ name }) => name === 'accounts.view')?.description).not.toBe('')
    expect(permissions.map(({ name }) => name)).toEqual([...new Set(permissions.map(({ name }) => name))].toSorted())
  })
})
