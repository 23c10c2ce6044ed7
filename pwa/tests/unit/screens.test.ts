import { describe, expect, it } from 'vitest'
import { router } from '@/app/router'
import cast from '../../../storage/demo/logins.go?raw'
import named from '../../../models/role.go?raw'

const { fill, SCREENS } = Object.values(import.meta.glob<{ fill: (path: string, numbers: Record<string, number>) => string; SCREENS: { role: string; paths: string[] }[] }>('../screens/routes.mjs', { eager: true }))[0]!
const specs = import.meta.glob<string>('../e2e/*.spec.ts', { query: '?raw', import: 'default', eager: true })

/** Pages that nobody measures, each with the reason. */
const UNMEASURED: Record<string, string> = {
  '/dev/gallery': 'is in no build: the parts of the design, for who draws them',
}

/** Roles whose pages are opened elsewhere or not at all, each with the reason. */
const NO_SCREENS: Record<string, string> = {
  agency_staff: 'workplaces.spec.ts: has no sign-in in the demo county, is appointed there',
  utility_staff: 'workplaces.spec.ts: has no sign-in in the demo county, is appointed there',
  seconded_officer: 'sees the pages of an officer and has no page of its own',
  inspector: 'sees the pages of an officer and has no page of its own',
  mediator: 'comes with mediation',
  expert: 'comes with mediation',
  committee_member: 'comes with the owners’ committees',
  finance_officer: 'comes with the money',
  system: 'is nobody',
}

const NUMBERS = Object.fromEntries(['ticket', 'done', 'estate', 'building', 'poster', 'party', 'slip'].map((name) => [name, 1]))
const routes = router.getRoutes().map((route) => route.path)
const routeOf = (path: string) => router.resolve(fill(path, NUMBERS)).matched.at(-1)!.path
/** ":id(\\d+)?" is ":id" or nothing: two pages. */
const plain = (path: string) => path.replace(/\(.*?\)\?$/, '').replace(/\(\\d\+\)/g, '')

const photographed = SCREENS.flatMap(({ paths }) => paths)
const inStories = Object.values(specs).flatMap((text) => [...text.matchAll(/looksRight\([\w.]+, '([^']+)'\)/g)].map((one) => one[1]!))

describe('the list of the screens that are measured', () => {
  it('holds every page of the router, or another test measures it, or it is named with its reason', () => {
    const measured = new Set([...photographed.map((path) => plain(routeOf(path))), ...inStories, ...Object.keys(UNMEASURED)])
    expect(routes.map(plain).filter((path) => !measured.has(path))).toEqual([])
    expect(routes.length).toBeGreaterThan(40)
  })

  it('holds both pages of a route whose number may be left out', () => {
    const optional = routes.filter((path) => path.endsWith('?')).map(plain)
    expect(optional).toEqual(['/causes/:id'])
    for (const path of optional) {
      expect(photographed).toContain(path.replace(/\/:\w+$/, ''))
      expect(inStories).toContain(path)
    }
  })

  it('names no page that is not there, and none as unmeasured that is measured', () => {
    const known = new Set(routes.map(plain))
    expect([...inStories, ...Object.keys(UNMEASURED)].filter((path) => !known.has(path))).toEqual([])
    expect(Object.keys(UNMEASURED).filter((path) => inStories.includes(path) || photographed.some((one) => plain(routeOf(one)) === path))).toEqual([])
    // A path that leads nowhere would be measured as the page that says so.
    expect(photographed.filter((path) => routeOf(path) === '/:rest(.*)*')).toEqual(['/nowhere'])
  })

  it('holds every role, or it is named with its reason', () => {
    const roles = [...named.matchAll(/^\s+\w+\s+Role = "(\w+)"/gm)].map((one) => one[1]!)
    expect(roles.length).toBeGreaterThan(18)
    const here = new Set(SCREENS.map(({ role }) => role))
    expect(roles.filter((role) => !here.has(role) && !(role in NO_SCREENS))).toEqual([])
    expect(Object.keys(NO_SCREENS).filter((role) => here.has(role) || !roles.includes(role))).toEqual([])
    // Whoever can sign in to the demo county is looked at there.
    const signIns = [...cast.matchAll(/\{Role: models\.(\w+)/g)].map((one) => named.match(new RegExp(`\\b${one[1]} +Role = "(\\w+)"`))?.[1] ?? one[1]!)
    expect(signIns.filter((role) => !here.has(role))).toEqual([])
    expect(signIns.length).toBeGreaterThan(10)
  })
})
