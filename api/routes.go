package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"linli/models"
)

// access is who a route is open to. What somebody who got in may then see or do is decided by models, one record at a
// time. There is no value for "nobody said": a route without access cannot be registered.
type access string

const (
	anyone   access = "anyone"   // nobody is asked who they are
	cookie   access = "cookie"   // the refresh cookie counts, so the client header is required against forged requests
	enroller access = "enroller" // any account, also one that still owes its second factor: the way to add it
	signed   access = "signed"   // any account
	staff    access = "staff"    // whoever answers or oversees
	handler  access = "handler"  // those who answer for a handling party
	officer  access = "officer"  // station, town and the county's offices
	centre   access = "centre"   // the county's centre, leading group and auditors, and admin
	admin    access = "admin"
)

// admits says for each access whether an actor may enter. anyone and cookie have no actor.
var admits = map[access]func(models.Actor) bool{
	anyone:   func(models.Actor) bool { return true },
	cookie:   func(models.Actor) bool { return true },
	enroller: models.Actor.SignedIn,
	signed:   models.Actor.SignedIn,
	staff:    func(a models.Actor) bool { return holds(a, models.Role.Works) },
	handler:  func(a models.Actor) bool { return holds(a, models.Role.Answers) },
	officer:  func(a models.Actor) bool { return holds(a, models.Role.Oversees) },
	centre:   func(a models.Actor) bool { return holds(a, models.Role.Centre) || a.Has(models.Admin) },
	admin:    func(a models.Actor) bool { return a.Has(models.Admin) },
}

func holds(a models.Actor, accept func(models.Role) bool) bool {
	return slices.ContainsFunc(a.Held, func(h models.Held) bool { return h.Approved && accept(h.Role) })
}

// route is one line of the list.
type route struct {
	method, path string
	access       access
	operation    string // stable name: the client's function, and the handler's
	answer       answer
}

// routes is the whole surface. testdata/routes.golden holds a copy, so that a change of access is seen in review;
// `go test ./api -run TestRoutes -update` writes it.
func (s *Server) routes() []route {
	return []route{
		// program
		{"GET", "/healthz", anyone, "healthShow", on(s.healthShow)},
		{"GET", "/readyz", anyone, "readyShow", on(s.readyShow)},
		{"GET", "/api/v1/openapi.json", anyone, "documentShow", plain(s.documentShow)},
		{"GET", "/api/v1/demo/logins", anyone, "demoLoginList", on(s.demoLoginList, failsWith(404))},
		{"GET", "/docs", anyone, "docsShow", plain(docsFile("page.html"))},
		{"GET", "/docs/page.js", anyone, "docsScript", plain(docsFile("page.js"))},
		{"GET", "/docs/page.css", anyone, "docsStyle", plain(docsFile("page.css"))},

		// session and people
		{"POST", "/api/v1/session/codes", cookie, "codeRequest", on(s.codeRequest, status(202))},
		{"POST", "/api/v1/session", cookie, "sessionStart", on(s.sessionStart, bodyOf[Session](200), bodyOf[SecondFactorAsked](202))},
		{"POST", "/api/v1/session/second-factor", cookie, "sessionFinish", on(s.sessionFinish)},
		{"POST", "/api/v1/session/refresh", cookie, "sessionRefresh", on(s.sessionRefresh)},
		{"DELETE", "/api/v1/session", cookie, "sessionEnd", on(s.sessionEnd)},
		{"GET", "/api/v1/sessions", signed, "sessionList", on(s.sessionList)},
		{"DELETE", "/api/v1/sessions/{id}", signed, "sessionRevoke", on(s.sessionRevoke)},
		{"GET", "/api/v1/me", signed, "accountShow", on(s.accountShow)},
		{"PATCH", "/api/v1/me", signed, "accountUpdate", on(s.accountUpdate)},
		{"PUT", "/api/v1/me/password", signed, "passwordSet", on(s.passwordSet)},
		{"POST", "/api/v1/me/codes", enroller, "ownCodeRequest", on(s.ownCodeRequest, status(202))},
		{"POST", "/api/v1/me/second-factor", enroller, "secondFactorStart", on(s.secondFactorStart)},
		{"POST", "/api/v1/me/second-factor/confirmation", enroller, "secondFactorConfirm", on(s.secondFactorConfirm)},
		{"POST", "/api/v1/me/second-factor/removal", signed, "secondFactorRemove", on(s.secondFactorRemove)},
		{"POST", "/api/v1/me/second-factor/recovery-codes", signed, "recoveryCodeRenew", on(s.recoveryCodeRenew)},
		{"POST", "/api/v1/accounts/{id}/sign-out", admin, "accountSignOut", on(s.accountSignOut)},
		{"POST", "/api/v1/accounts/{id}/second-factor/reset", admin, "secondFactorReset", on(s.secondFactorReset)},
		{"GET", "/api/v1/setup", anyone, "setupShow", on(s.setupShow)},
		{"POST", "/api/v1/setup", cookie, "setupFinish", on(s.setupFinish)},
		{"GET", "/api/v1/memberships", officer, "membershipList", on(s.membershipList)},
		{"POST", "/api/v1/memberships", signed, "membershipAsk", on(s.membershipAsk)},
		{"POST", "/api/v1/memberships/{id}/decision", officer, "membershipDecide", on(s.membershipDecide)},
		{"POST", "/api/v1/memberships/{id}/end", signed, "membershipEnd", on(s.membershipEnd)},
		{"GET", "/api/v1/appointments", centre, "appointmentList", on(s.appointmentList)},
		{"POST", "/api/v1/appointments", centre, "appointmentMake", on(s.appointmentMake)},

		// the desk of an office
		{"GET", "/api/v1/waiting", officer, "waitingShow", on(s.waitingShow)},

		// place
		{"GET", "/api/v1/divisions", signed, "divisionList", on(s.divisionList)},
		{"GET", "/api/v1/estates", signed, "estateList", on(s.estateList)},
		{"GET", "/api/v1/estates/{id}", signed, "estateShow", on(s.estateShow)},
		{"POST", "/api/v1/estates/{id}/service-terms", centre, "termSet", on(s.termSet)},
		{"POST", "/api/v1/estates/{id}/service-terms/{term_id}/cancellation", centre, "termCancel", on(s.termCancel)},
		{"GET", "/api/v1/buildings/{id}", signed, "buildingShow", on(s.buildingShow)},
		{"GET", "/api/v1/buildings/{id}/units", signed, "unitList", on(s.unitList)},
		{"GET", "/api/v1/buildings/{id}/poster", signed, "posterPrint", on(s.posterPrint)},
		{"GET", "/api/v1/posters/{token}", anyone, "posterShow", on(s.posterShow)},
		{"GET", "/api/v1/places", signed, "placeSearch", on(s.placeSearch)},
		{"GET", "/api/v1/handling-parties", staff, "partyList", on(s.partyList)},
		{"PATCH", "/api/v1/handling-parties/{id}", centre, "partyUpdate", on(s.partyUpdate)},
		{"GET", "/api/v1/duty-rosters", staff, "rosterList", on(s.rosterList)},
		{"GET", "/api/v1/handling-parties/{id}/duty-roster", staff, "rosterShow", on(s.rosterShow)},
		{"PUT", "/api/v1/handling-parties/{id}/duty-roster", handler, "rosterSet", on(s.rosterSet)},
		{"GET", "/api/v1/phone-checks", officer, "phoneCheckList", on(s.phoneCheckList)},
		{"POST", "/api/v1/phone-checks/{id}/results", officer, "phoneCheckTell", on(s.phoneCheckTell)},
		{"GET", "/api/v1/estates/{id}/posted-phones", signed, "estatePhones", on(s.estatePhones)},
		{"GET", "/api/v1/posted-phones", signed, "townPhoneList", on(s.townPhoneList)},
		{"GET", "/api/v1/phone-draws", anyone, "phoneDrawList", on(s.phoneDrawList)},
		{"GET", "/api/v1/phone-draws/{week}", anyone, "phoneDrawShow", on(s.phoneDrawShow)},
		{"POST", "/api/v1/imports", centre, "importRun", on(s.importRun, upload(registerLimit, csvType, xlsxType))},
		{"GET", "/api/v1/imports/template", centre, "importTemplate", on(s.importTemplate, fileOf(csvType, xlsxType))},

		// working days
		{"GET", "/api/v1/calendar", anyone, "calendarShow", on(s.calendarShow)},
		{"POST", "/api/v1/calendars", centre, "calendarSet", on(s.calendarSet, status(201))},

		// ticket
		{"GET", "/api/v1/catalogue", anyone, "catalogueShow", on(s.catalogueShow)},
		{"GET", "/api/v1/tickets", signed, "ticketList", on(s.ticketList)},
		{"GET", "/api/v1/tickets/sheet", staff, "ticketSheet", on(s.ticketSheet, fileOf(xlsxType))},
		{"POST", "/api/v1/tickets", signed, "ticketFile", on(s.ticketFile, status(201), alsoAnswers(200))},
		{"GET", "/api/v1/tickets/{id}", signed, "ticketShow", on(s.ticketShow)},
		{"POST", "/api/v1/tickets/{id}/moves", signed, "ticketMove", on(s.ticketMove)},
		{"POST", "/api/v1/tickets/{id}/done", handler, "ticketDone", on(s.ticketDone)},
		{"POST", "/api/v1/tickets/{id}/confirmations", signed, "ticketConfirm", on(s.ticketConfirm)},
		{"POST", "/api/v1/tickets/{id}/send-backs", signed, "ticketSendBack", on(s.ticketSendBack)},
		{"POST", "/api/v1/tickets/{id}/messages", signed, "ticketMessage", on(s.ticketMessage)},
		{"POST", "/api/v1/tickets/{id}/reads", signed, "ticketRead", on(s.ticketRead)},
		{"POST", "/api/v1/tickets/{id}/returns", handler, "ticketReturn", on(s.ticketReturn)},
		{"POST", "/api/v1/tickets/{id}/redispatch", officer, "ticketRedispatch", on(s.ticketRedispatch)},
		{"POST", "/api/v1/tickets/{id}/returns/decision", officer, "ticketReturnDecide", on(s.ticketReturnDecide)},
		{"GET", "/api/v1/handed-over-tickets", handler, "handedOverList", on(s.handedOverList)},
		{"GET", "/api/v1/handed-over-tickets/{id}", handler, "handedOverShow", on(s.handedOverShow)},
		{"POST", "/api/v1/tickets/{id}/extensions", handler, "ticketExtend", on(s.ticketExtend)},
		{"POST", "/api/v1/tickets/{id}/extensions/decision", officer, "ticketExtendDecide", on(s.ticketExtendDecide)},
		{"POST", "/api/v1/tickets/{id}/pauses", signed, "ticketPause", on(s.ticketPause)},
		{"POST", "/api/v1/tickets/{id}/contact-tries", handler, "ticketTry", on(s.ticketTry)},
		{"POST", "/api/v1/tickets/{id}/pauses/end", signed, "ticketResume", on(s.ticketResume)},
		{"GET", "/api/v1/suspensions", officer, "suspensionList", on(s.suspensionList)},
		{"GET", "/api/v1/estates/{id}/suspensions", signed, "estateSuspensions", on(s.estateSuspensions)},
		{"POST", "/api/v1/tickets/{id}/suspensions", staff, "suspensionAsk", on(s.suspensionAsk)},
		{"POST", "/api/v1/tickets/{id}/suspensions/decision", officer, "suspensionDecide", on(s.suspensionDecide)},
		{"POST", "/api/v1/tickets/{id}/suspensions/review", officer, "suspensionReview", on(s.suspensionReview)},
		{"POST", "/api/v1/tickets/{id}/suspensions/end", handler, "suspensionEnd", on(s.suspensionEnd)},
		{"GET", "/api/v1/estates/{id}/promises", signed, "estatePromises", on(s.estatePromises)},
		{"POST", "/api/v1/tickets/{id}/promises", handler, "promiseMake", on(s.promiseMake)},
		{"POST", "/api/v1/tickets/{id}/promises/day", handler, "promiseRedate", on(s.promiseRedate)},
		{"POST", "/api/v1/tickets/{id}/promises/verdict", signed, "promiseJudge", on(s.promiseJudge)},
		{"GET", "/api/v1/cause-cases", staff, "causeList", on(s.causeList)},
		{"GET", "/api/v1/cause-cases/{id}", staff, "causeShow", on(s.causeShow)},
		{"POST", "/api/v1/cause-cases", officer, "causeOpen", on(s.causeOpen, status(201), alsoAnswers(200))},
		{"POST", "/api/v1/cause-cases/{id}/steps", staff, "causeStep", on(s.causeStep)},
		{"GET", "/api/v1/similar-tickets", signed, "similarTicketList", on(s.similarTicketList)},
		{"GET", "/api/v1/known-outages", signed, "knownOutageList", on(s.knownOutageList)},
		{"GET", "/api/v1/home-bulletins", signed, "homeBulletinList", on(s.homeBulletinList)},
		{"GET", "/api/v1/buildings/{id}/bulletins", signed, "buildingBulletinList", on(s.buildingBulletinList)},
		{"GET", "/api/v1/posters/{token}/bulletins", anyone, "posterBulletinList", on(s.posterBulletinList)},
		{"GET", "/api/v1/bulletins", staff, "bulletinList", on(s.bulletinList)},
		{"POST", "/api/v1/bulletins", handler, "bulletinPost", on(s.bulletinPost, status(201), alsoAnswers(200))},
		{"POST", "/api/v1/bulletins/{id}/changes", handler, "bulletinChange", on(s.bulletinChange)},
		{"POST", "/api/v1/bulletins/{id}/end", handler, "bulletinEnd", on(s.bulletinEnd)},
		{"POST", "/api/v1/bulletins/{id}/end/undo", handler, "bulletinUndo", on(s.bulletinUndo)},
		{"GET", "/api/v1/reply-templates", handler, "templateList", on(s.templateList)},
		{"POST", "/api/v1/reply-templates", handler, "templateWrite", on(s.templateWrite, status(201), alsoAnswers(200))},
		{"PUT", "/api/v1/reply-templates/{id}", handler, "templateChange", on(s.templateChange)},
		{"POST", "/api/v1/reply-templates/{id}/removal", handler, "templateRemove", on(s.templateRemove)},
		{"POST", "/api/v1/reply-templates/{id}/removal/undo", handler, "templateRestore", on(s.templateRestore)},
		{"GET", "/api/v1/tickets/{id}/reply-templates", handler, "templateFill", on(s.templateFill)},
		{"POST", "/api/v1/tickets/{id}/supports", signed, "ticketSupport", on(s.ticketSupport, status(201), alsoAnswers(200))},
		{"POST", "/api/v1/tickets/{id}/supports/withdrawal", signed, "ticketSupportWithdraw", on(s.ticketSupportWithdraw)},
		{"GET", "/api/v1/supported-tickets", signed, "supportedTicketList", on(s.supportedTicketList)},
		{"GET", "/api/v1/supported-tickets/{id}", signed, "supportedTicketShow", on(s.supportedTicketShow)},
		{"POST", "/api/v1/tickets/{id}/joint", officer, "ticketJoint", on(s.ticketJoint)},
		{"POST", "/api/v1/tickets/{id}/joint-answers", handler, "ticketJointAnswer", on(s.ticketJointAnswer)},
		{"POST", "/api/v1/tickets/{id}/contact-views", handler, "ticketContact", on(s.ticketContact)},
		{"POST", "/api/v1/tickets/{id}/office-contacts/number", officer, "officeNumber", on(s.officeNumber)},
		{"POST", "/api/v1/tickets/{id}/office-contacts", officer, "officeContact", on(s.officeContact)},
		{"GET", "/api/v1/callbacks", officer, "callbackList", on(s.callbackList)},
		{"POST", "/api/v1/callbacks/{id}/contact", officer, "callbackContact", on(s.callbackContact)},
		{"POST", "/api/v1/callbacks/{id}/results", officer, "callbackTell", on(s.callbackTell)},
		{"POST", "/api/v1/tickets/{id}/pressures", signed, "pressureTell", on(s.pressureTell)},
		{"GET", "/api/v1/pressures", centre, "pressureList", on(s.pressureList)},
		{"GET", "/api/v1/closing-signs", centre, "closingSignList", on(s.closingSignList)},
		{"POST", "/api/v1/pressures/{id}/finding", centre, "pressureSettle", on(s.pressureSettle)},
		{"POST", "/api/v1/progress", anyone, "progressShow", on(s.progressShow)}, // reads, but an address would be logged with the code in it

		// photo
		{"GET", "/api/v1/photos/missing", signed, "photoMissing", on(s.photoMissing)},
		{"PUT", "/api/v1/photos/{id}", signed, "photoPut", on(s.photoPut, status(201), alsoAnswers(200), upload(photoLimit, photoTypes...))},
		{"GET", "/api/v1/photos/{id}", signed, "photoShow", on(s.photoShow, photoBytes)},

		// rating and score
		{"POST", "/api/v1/ratings", signed, "ratingGive", on(s.ratingGive, status(201), alsoAnswers(200))},
		{"GET", "/api/v1/estates/{id}/own-rating", signed, "ratingShow", on(s.ratingShow)},
		{"GET", "/api/v1/estates/{id}/score", signed, "scoreShow", on(s.scoreShow)},
		{"GET", "/api/v1/estates/{id}/score/comments", signed, "scoreComments", on(s.scoreComments)},
		{"GET", "/api/v1/estates/{id}/score/explanation", signed, "scoreExplain", on(s.scoreExplain)},
		{"GET", "/api/v1/scores", officer, "scoreList", on(s.scoreList)},
		{"GET", "/api/v1/overview", staff, "overviewShow", on(s.overviewShow)},
		{"GET", "/api/v1/overview/missed-before-hand-over", officer, "missedList", on(s.missedList, failsWith(404))},

		// the sealed ledger
		{"GET", "/api/v1/ledger/checkpoints", anyone, "checkpointList", on(s.checkpointList)},
		{"GET", "/api/v1/ledger/proofs/{leaf}", anyone, "proofShow", on(s.proofShow)},
		{"GET", "/api/v1/ledger/consistency", anyone, "consistencyShow", on(s.consistencyShow)},
	}
}

// answer attaches a route's handler. Only on and plain make one.
type answer func(s *Server, r route)

// on makes the answer of a JSON operation. In's fields are path, query, header and cookie parameters and Body;
// Out has Body, and Status and headers where they vary. It documents the operation as it registers it.
func on[In, Out any](handle func(context.Context, *In) (*Out, error), options ...func(*huma.Operation)) answer {
	return func(s *Server, r route) {
		op := huma.Operation{
			OperationID:     r.operation,
			Method:          r.method,
			Path:            r.path,
			Tags:            []string{tagOf(r.path)},
			Errors:          refusals(r),
			MaxBodyBytes:    jsonLimit + 1, // huma refuses a body of exactly this size
			BodyReadTimeout: s.config.Deadline,
			Metadata:        map[string]any{},
			Extensions:      map[string]any{"x-access": string(r.access)},
		}
		if r.access != anyone && r.access != cookie {
			op.Security = []map[string][]string{{"bearer": {}}}
		}
		for _, option := range options {
			option(&op)
		}
		s.app.Add(r.method, fiberPath(r.path), s.shed(r), s.deadline(op.BodyReadTimeout), s.admit(r.access), limitBody(&op))
		gate := s.gates.of(r, &op)
		huma.Register(s.api, op, func(ctx context.Context, in *In) (out *Out, err error) {
			err = gate.within(ctx, func() error {
				out, err = handle(ctx, in)
				return err
			})
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			fillSlices(reflect.ValueOf(out))
			return out, nil
		})
		for code, body := range bodiesOf(&op) {
			responses := operationOf(s.api.OpenAPI(), r.method, r.path).Responses
			responses[strconv.Itoa(code)] = s.responseOf(code, body, responses[strconv.Itoa(code)])
		}
		if code, asked := op.Metadata[alsoKey].(int); asked {
			responses := operationOf(s.api.OpenAPI(), r.method, r.path).Responses
			responses[strconv.Itoa(code)] = &huma.Response{
				Description: http.StatusText(code),
				Content:     responses[strconv.Itoa(cmp.Or(op.DefaultStatus, http.StatusOK))].Content,
			}
		}
	}
}

// plain makes the answer of something that is not a JSON operation: the documentation, a file of the app.
func plain(handle fiber.Handler) answer {
	return func(s *Server, r route) {
		s.app.Add(r.method, fiberPath(r.path), s.shed(r), s.deadline(s.config.Deadline), s.admit(r.access), handle)
	}
}

// status says that success is told by another code than 200 or 204.
func status(code int) func(*huma.Operation) {
	return func(op *huma.Operation) { op.DefaultStatus = code }
}

// alsoAnswers documents a second code of success with the same body, for operations whose Out has a Status field.
func alsoAnswers(code int) func(*huma.Operation) {
	return func(op *huma.Operation) { op.Metadata[alsoKey] = code }
}

// bodyOf documents the body of one code of success, for operations whose Out has a Status field and a Body that differs
// with it.
func bodyOf[T any](code int) func(*huma.Operation) {
	return func(op *huma.Operation) {
		bodies := bodiesOf(op)
		if bodies == nil {
			bodies = map[int]reflect.Type{}
			op.Metadata[bodiesKey] = bodies
		}
		bodies[code] = reflect.TypeFor[T]()
	}
}

func bodiesOf(op *huma.Operation) map[int]reflect.Type {
	bodies, _ := op.Metadata[bodiesKey].(map[int]reflect.Type)
	return bodies
}

// responseOf documents one body; what is known of the response already, its headers, stays.
func (s *Server) responseOf(code int, body reflect.Type, known *huma.Response) *huma.Response {
	if known == nil {
		known = &huma.Response{Description: http.StatusText(code)}
	}
	schema := s.api.OpenAPI().Components.Schemas.Schema(body, true, body.Name())
	known.Content = map[string]*huma.MediaType{"application/json": {Schema: schema}}
	return known
}

// failsWith documents more codes of refusal than every operation of its kind has.
func failsWith(codes ...int) func(*huma.Operation) {
	return func(op *huma.Operation) { op.Errors = append(op.Errors, codes...) }
}

// answersBytes documents an answer that is not JSON. The handler's Out has Body func(huma.Context), which writes the
// bytes before it returns: the request's context ends with it.
func answersBytes(mediaType string) func(*huma.Operation) {
	return func(op *huma.Operation) {
		content := map[string]*huma.MediaType{mediaType: {Schema: &huma.Schema{Type: "string", Format: "binary"}}}
		op.Metadata[bytesKey] = true
		op.Responses = map[string]*huma.Response{"200": {Description: http.StatusText(http.StatusOK), Content: content}}
	}
}

// upload documents a raw body of the given media types and lets it be large and slow. The handler's In embeds Upload
// and reads the bytes itself; limit is in bytes.
func upload(limit int64, types ...string) func(*huma.Operation) {
	return func(op *huma.Operation) {
		op.MaxBodyBytes = limit
		op.BodyReadTimeout = uploadTimeout
		op.Metadata[uploadKey] = true
		op.Errors = append(op.Errors, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{}}
		for _, t := range types {
			op.RequestBody.Content[t] = &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
		}
	}
}

const (
	uploadKey = "upload"
	bytesKey  = "bytes"
	alsoKey   = "also"
	bodiesKey = "bodies"
)

// register attaches every route. A path with a parameter comes after its fixed neighbours, because Fiber takes the
// first that fits and "{" sorts after every letter.
func (s *Server) register(list []route) {
	slices.SortStableFunc(list, func(a, b route) int { return strings.Compare(a.path, b.path) })
	for _, r := range list {
		if err := r.check(); err != nil {
			panic(err)
		}
		r.answer(s, r)
	}
}

// check refuses a line that does not say who may enter, or says it in a word that nobody defined.
func (r route) check() error {
	if admits[r.access] == nil {
		return fmt.Errorf("route %s %s: access %q is not declared", r.method, r.path, r.access)
	}
	if r.answer == nil || r.operation == "" {
		return fmt.Errorf("route %s %s: no operation or no handler", r.method, r.path)
	}
	return nil
}

// refusals are the codes that a route of this access can always answer: also a public page without parameters refuses
// a token in its address, and a parameter that it does not know.
func refusals(r route) []int {
	codes := []int{http.StatusUnauthorized, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable}
	if r.access != anyone {
		codes = append(codes, http.StatusForbidden)
	}
	if strings.Contains(r.path, "{") {
		codes = append(codes, http.StatusNotFound)
	}
	if r.method != http.MethodGet {
		codes = append(codes, http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusConflict,
			http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// operationOf finds an operation in the document, or nil.
func operationOf(document *huma.OpenAPI, method, path string) *huma.Operation {
	item := document.Paths[path]
	if item == nil {
		return nil
	}
	return map[string]*huma.Operation{
		http.MethodGet:    item.Get,
		http.MethodPost:   item.Post,
		http.MethodPut:    item.Put,
		http.MethodPatch:  item.Patch,
		http.MethodDelete: item.Delete,
	}[method]
}

// tagOf groups the documentation by the noun in the path.
func tagOf(path string) string {
	rest, isAPI := strings.CutPrefix(path, "/api/v1/")
	if !isAPI {
		return "program"
	}
	noun, _, _ := strings.Cut(rest, "/")
	return noun
}

// fiberPath writes {id} as Fiber does.
func fiberPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}
