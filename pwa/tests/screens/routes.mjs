/**
 * Every screen, by the role that has it: tests/unit/screens.test.ts holds the list to the router and the roles. {ticket}, {done}, {estate}, {building}, {poster}, {party}, {slip}: asked of the server when the tests run.
 * @type {{ role: string, paths: string[] }[]}
 */
export const SCREENS = [
  { role: '', paths: ['/sign-in', '/setup', '/privacy', '/ledger', '/diag', '/denied', '/nowhere', '/q/{poster}', '/progress', '/progress#{slip}'] },
  { role: 'resident', paths: ['/', '/tickets', '/tickets/new', '/tickets/{ticket}', '/tickets/{done}', '/tickets/{ticket}/slip', '/estates/{estate}', '/estates/{estate}/score', '/rate', '/scores', '/outbox', '/me'] },
  { role: 'building_steward', paths: ['/', '/building', '/buildings/{building}', '/buildings/{building}/poster', '/tickets/new?for=neighbour', '/tickets', '/me'] },
  { role: 'operator_staff', paths: ['/desk', '/causes', '/desk/handed-over', '/bulletins', '/bulletins?new=1', '/overview', '/tickets/{ticket}', '/scores', '/me'] },
  { role: 'operator_manager', paths: ['/reply-templates'] },
  { role: 'owning_unit_staff', paths: ['/desk'] },
  { role: 'station_staff', paths: ['/desk', '/bulletins', '/reply-templates', '/requests', '/duty', '/phones', '/callbacks', '/suspensions', '/causes'] },
  { role: 'town_officer', paths: ['/appointments', '/import', '/pressures', '/closings'] },
  { role: 'leading_group_office', paths: ['/overview'] },
  { role: 'auditor', paths: ['/overview'] },
  { role: 'admin', paths: ['/appointments', '/estates', '/overview', '/me'] },
  { role: 'center_officer', paths: ['/overview', '/desk', '/desk?filter=open&estate={estate}', '/buildings/{building}', '/estates', '/estates/{estate}', '/estates/{estate}/manage', '/tickets/{ticket}', '/overview/missed/{party}', '/scores', '/import', '/appointments', '/pressures', '/closings', '/bulletins', '/callbacks', '/suspensions', '/second-factor', '/me'] },
]

/** Staff work at a desk as well as on a phone. */
export const STAFF = ['operator_staff', 'operator_manager', 'station_staff', 'center_officer']

/**
 * Fills the numbers into a path.
 * @param {string} path
 * @param {Record<string, number | string | undefined>} numbers
 */
export function fill(path, numbers) {
  return path.replace(/\{(\w+)\}/g, (_whole, name) => {
    if (numbers[name] === undefined) throw new Error(`no ${name} in the demo county for ${path}`)
    return String(numbers[name])
  })
}

/**
 * What the numbers are, for a resident, a steward and somebody at the desk who ask the API. "done" has photos from before
 * and after, "other" is an estate of somebody else, "handled" is being worked on, "fresh" was not taken yet.
 * @param {(path: string) => Promise<any>} json
 * @param {(path: string) => Promise<any>} jsonOfSteward
 * @param {(path: string) => Promise<any>} [jsonOfDesk]
 */
export async function numbersOf(json, jsonOfSteward, jsonOfDesk) {
  const { home } = await json('/api/v1/me')
  const rows = (await json('/api/v1/tickets?box=mine&limit=50')).items
  const repairs = rows.filter((row) => row.kind === 'repair')
  let done
  for (const row of repairs) {
    const ticket = await json(`/api/v1/tickets/${row.id}`)
    const kinds = ticket.photos.filter((photo) => photo.status === 'stored').map((photo) => photo.kind)
    if (ticket.actions.includes('confirm') && kinds.includes('before') && kinds.includes('after')) done = row.id
    if (done) break
  }
  const steward = await jsonOfSteward('/api/v1/me')
  const building = steward.memberships.find((one) => one.role === 'building_steward').scope_id
  const poster = await jsonOfSteward(`/api/v1/buildings/${building}/poster`)
  const desk = jsonOfDesk ? (await jsonOfDesk('/api/v1/tickets?box=desk&limit=50')).items : []
  const ticket = repairs.find((row) => row.next_step === 'resolve') ?? repairs[0] ?? rows[0]
  const whole = ticket && (await json(`/api/v1/tickets/${ticket.id}`))
  return {
    estate: home?.estate_id,
    other: home ? home.estate_id + 1 : undefined,
    building,
    poster: poster.token,
    ticket: ticket?.id,
    party: whole?.handling_party?.id,
    slip: whole && `${whole.number}/${whole.query_code}`,
    number: ticket?.number,
    done: done ?? repairs[0]?.id,
    handled: desk.find((row) => row.state === 'in_progress')?.id ?? desk[0]?.id,
    fresh: desk.find((row) => row.state === 'dispatched')?.id ?? desk[0]?.id,
  }
}
