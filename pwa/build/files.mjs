import fs from 'node:fs'
import path from 'node:path'

/** Every file below a folder, as slash-separated relative names in a fixed order. */
export function filesBelow(folder, base = folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const full = path.join(folder, entry.name)
      if (entry.isDirectory()) return filesBelow(full, base)
      return [path.relative(base, full).replaceAll('\\', '/')]
    })
    .sort()
}

/** What is not worth keeping on the phone beforehand, or must never come from a cache. */
const LEFT_OUT = /(^\.|\.map$|^csp-hashes|^boot\.js$|^sw\.js$|\/lazy-|^icons\/(shot|icon-|maskable)|\.(br|gz)$)/
/** Pages of offices, of stewards and of who prints posters with their words, English, what is read once, and what opens with a network only: kept from their first use on, so that a resident's phone need not carry them. */
const OFFICE = `
  SecondFactorPage RenewCodesPage RecoveryCodes en enLater enOffice enOfficeMore office officeMore ContactSheet OfficeContactSheet TrySheet NoteSheet ReturnSheet DispatchSheet RedispatchSheet ExtendSheet
  ExtendDecideSheet JointAnswerSheet JointMarkSheet PartyPicker DutyPage BulletinsPage BulletinForm TemplatesPage TemplateSheet TemplatePicker blank FilledList KnownOutages PhonesPage CallbacksPage JointBlock SimilarOffers
  PromiseSheet PromiseBlock EstatePromises
  ManageLinks CausesPage CausePage CauseOpenSheet CauseStepSheet CauseBlock causeWords
  SuspensionsPage SuspensionSheet SuspensionBlock EstateSuspensions
  OutboxNews JoinSheet PrivacyPage SupportedPage LedgerPage ProgressPage SlipPrint slip laterProgress laterOnce laterExplained paper said EstatePage LineChart HomeFinder DataTable queueFile NoTickets qr DeskPage HandedOverPage handedOver
  HandedOverTicketPage OverviewPage MissedBeforePage PressurePage ClosingSignsPage PressureSheet ScoresPage ExplainPage AppointmentsPage MembershipRequestsPage
  ImportPage EstatesPage ManageEstatePage phones PosterPage PosterPrint DiagPage SetupPage DeskTicket PauseSheet GoneTicket WaitingLines sorted MyBuildingPage BuildingPage BuildingFacts
`.trim().split(/\s+/)

/** The files that the service worker fetches at once, so that the app opens offline. */
export function keptOnPhone(out) {
  return filesBelow(out).filter((name) => !LEFT_OUT.test(name) && !OFFICE.some((one) => name.startsWith(`assets/${one}-`)))
}

/** Names in that list that no file bears any more: then what they stood for lies in a file that every phone fetches. */
export function lostNames(out) {
  const names = filesBelow(out)
  return OFFICE.filter((one) => !names.some((name) => name.startsWith(`assets/${one}-`)))
}
