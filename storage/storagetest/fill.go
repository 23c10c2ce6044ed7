package storagetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
)

// Filling says how large a filled county is.
type Filling struct {
	Tickets         int
	PhotosPerTicket int
	Now             time.Time // the newest ticket is of about now
}

// Filled is a county with a past, and somebody in each scope who looks at it.
type Filled struct {
	County
	TownOfficer, StationStaff, Staff, Steward models.Actor
	// Residents are at home in the county, each with tickets of his own.
	Residents []models.Actor
}

// Everything that is filled has ids from here on, apart from the small county.
const fillBase = 10_000

// sizes are the numbers of things that stand behind so many tickets: 150 thousand households and 300 estates for a
// million (TRUST L1).
type sizes struct {
	tickets, households, estates, buildings, communities, towns, operators int64
}

func (f Filling) sizes() sizes {
	s := sizes{tickets: int64(f.Tickets), households: max(200, int64(f.Tickets)*3/20)}
	s.estates = max(20, s.households/500)
	s.buildings = s.estates * 10
	s.communities = max(8, s.estates/3)
	s.towns = max(4, s.communities/6)
	s.operators = max(5, s.estates/5)
	return s
}

func (s sizes) building(household int64) int64 { return household % s.buildings }
func (s sizes) estate(building int64) int64    { return building % s.estates }
func (s sizes) community(estate int64) int64   { return estate % s.communities }
func (s sizes) town(community int64) int64     { return community % s.towns }
func (s sizes) managed(estate int64) bool      { return estate%5 != 0 }
func (s sizes) operator(estate int64) int64    { return fillBase + estate%s.operators }
func (s sizes) station(community int64) int64  { return fillBase + s.operators + community }
func (s sizes) townParty(town int64) int64     { return fillBase + s.operators + s.communities + town }
func (s sizes) account(household int64) int64  { return fillBase + household }
func (s sizes) staffAccount(party int64) int64 { return fillBase + s.households + party }
func (s sizes) stewardAccount(b int64) int64 {
	return 2*fillBase + s.households + s.townParty(s.towns) + b
}
func (s sizes) townDivision(town int64) int64  { return fillBase + town }
func (s sizes) division(community int64) int64 { return fillBase + s.towns + community }

// fillTable is one table to be filled: n rows, made one by one.
type fillTable struct {
	name    string
	columns []string
	n       int64
	row     func(i int64) []any
}

// Fill puts a past of years into an empty database, past all rules, by the quickest way in: the program's own use-cases
// would take hours for a million tickets. Nobody else may have the database open. The lines of its ledger have their fingerprints,
// but no positions and no private halves.
func Fill(ctx context.Context, o storage.Options, f Filling) (filled Filled, err error) {
	db, err := storage.Open(ctx, o)
	if err != nil {
		return filled, err
	}
	defer db.Close()
	if filled.County, err = WriteSmallCounty(ctx, db); err != nil {
		return filled, err
	}
	s := f.sizes()
	if err := bulk(ctx, o, append(s.places(filled.County), s.past(f)...)); err != nil {
		return filled, err
	}
	return f.People(filled.County), nil
}

// places are the towns, communities, estates, homes and people.
func (s sizes) places(c County) []fillTable {
	since := Since.Start()
	return []fillTable{
		{"divisions", words("id level parent_id"), s.towns + s.communities, func(i int64) []any {
			if i < s.towns {
				return []any{s.townDivision(i), string(place.Town), c.CountyID}
			}
			return []any{s.townDivision(i), string(place.Community), s.townDivision(s.town(i - s.towns))}
		}},
		{"division_codes", words("division_id code name valid_from successor_code recorded_at"), s.towns + s.communities, func(i int64) []any {
			return []any{s.townDivision(i), fmt.Sprintf("9903%08d", i), fmt.Sprintf("第%d社区", i), Since, "", since}
		}},
		{"handling_parties", words("id code kind name division_id phone24 phone24_note project_lead demo created_at"), s.operators + s.communities + s.towns, func(i int64) []any {
			kind, division := place.PartyOperator, any(nil)
			switch {
			case i >= s.operators+s.communities:
				kind, division = place.PartyTown, s.townDivision(i-s.operators-s.communities)
			case i >= s.operators:
				kind, division = place.PartyServiceStation, s.division(i-s.operators)
			}
			return []any{fillBase + i, fmt.Sprint("fill-", i), string(kind), fmt.Sprintf("第%d物业", i), division, "0379-67900000", "", "", false, since}
		}},
		{"estates", words("id code name community_id town_id baseline_class age_class address gross_area_c households demo version created_at updated_at"), s.estates, func(i int64) []any {
			class := place.ClassProfessional
			if !s.managed(i) {
				class = place.ClassOwnerless
			}
			community := s.community(i)
			return []any{fillBase + i, fmt.Sprint("fill-", i), fmt.Sprintf("第%d小区", i), s.division(community), s.townDivision(s.town(community)), string(class), string(place.AgeOld),
				"", 5_000_000, s.households / s.estates, false, 1, since, since}
		}},
		{"buildings", words("id estate_id code name poster_token floors households gross_area_c lift sort created_at"), s.buildings, func(i int64) []any {
			return []any{fillBase + i, fillBase + s.estate(i), fmt.Sprint(i), fmt.Sprintf("%d号楼", i/s.estates+1), fmt.Sprint("fill-", i), 6, s.households / s.buildings, 500_000, false, i, since}
		}},
		{"entrances", words("id building_id name sort"), s.buildings, func(i int64) []any {
			return []any{fillBase + i, fillBase + i, "1单元", 1}
		}},
		{"units", words("id estate_id building_id entrance_id name floor exclusive_area_c"), s.households, func(i int64) []any {
			b := s.building(i)
			return []any{fillBase + i, fillBase + s.estate(b), fillBase + b, fillBase + b, fmt.Sprint(101 + i/s.buildings), 3, 9_000}
		}},
		{"service_terms", words("estate_id handling_party_id service_mode service_level phone24 project_lead valid_from recorded_at recorded_by"), s.estates, func(i int64) []any {
			if !s.managed(i) {
				return nil
			}
			return []any{fillBase + i, s.operator(i), string(place.ModeProfessional), "cpma2004/2", "", "", Since, since, 0}
		}},
		s.accounts(s.households, s.account(0)),
		s.accounts(s.operators+s.communities+s.towns, s.staffAccount(fillBase)),
		s.accounts(s.buildings, s.stewardAccount(0)),
		s.sessions(s.households, s.account(0)),
		s.sessions(s.operators+s.communities+s.towns, s.staffAccount(fillBase)),
		s.members(s.households, s.account(0), models.Resident, models.ScopeUnit, fillBase),
		s.members(s.operators, s.staffAccount(fillBase), models.OperatorStaff, models.ScopeHandlingParty, fillBase),
		s.members(s.communities, s.staffAccount(s.station(0)), models.StationStaff, models.ScopeCommunity, s.division(0)),
		s.members(s.towns, s.staffAccount(s.townParty(0)), models.TownOfficer, models.ScopeTown, s.townDivision(0)),
		s.members(s.buildings, s.stewardAccount(0), models.BuildingSteward, models.ScopeBuilding, fillBase),
	}
}

func (s sizes) accounts(n, first int64) fillTable {
	return fillTable{"accounts", words("id phone name password_hash locale demo created_at updated_at"), n, func(i int64) []any {
		return []any{first + i, fmt.Sprintf("137%08d", first+i), "住户", "", "zh-CN", false, Since.Start(), Since.Start()}
	}}
}

func (s sizes) sessions(n, first int64) fillTable {
	columns := "id account_id device staff refresh_hash previous_hash successor_sealed created_at last_seen_at expires_at ended_why"
	return fillTable{"sessions", words(columns), n, func(i int64) []any {
		return []any{first + i, first + i, "", false, fmt.Sprint("fill-", first+i), "", "", Since.Start(), Since.Start(), Since.Start().AddDate(30, 0, 0), ""}
	}}
}

// members gives each of n accounts one role, at one of n places in a row.
func (s sizes) members(n, account int64, role models.Role, kind models.ScopeKind, scope int64) fillTable {
	at := Since.Start()
	return fillTable{"memberships", words("account_id role scope_kind scope_id relation status method valid_from asked_at decided_at decided_by recorded_at"), n, func(i int64) []any {
		return []any{account + i, string(role), string(kind), scope + i, "", string(models.Approved), "appointment", Since, at, at, 0, at}
	}}
}

// fillSpan is how far the past reaches back.
const fillSpan = 3 * 365 * 24 * time.Hour

// matter is one ticket of the past, told by its number alone.
type matter struct {
	household, building, estate, community, town, party int64
	filed                                               time.Time
	state                                               ticket.State
	closed                                              *time.Time
	protected                                           bool
}

func (s sizes) matter(f Filling, i int64) matter {
	chance := rand.New(rand.NewPCG(uint64(i), 7))
	m := matter{household: chance.Int64N(s.households), protected: chance.IntN(5) == 0}
	m.building = s.building(m.household)
	m.estate = s.estate(m.building)
	m.community = s.community(m.estate)
	m.town = s.town(m.community)
	m.party = s.station(m.community)
	if s.managed(m.estate) {
		m.party = s.operator(m.estate)
	}
	m.filed = models.UTC(f.Now.Add(-fillSpan + time.Duration(float64(fillSpan)*float64(i+1)/float64(s.tickets+1))))
	if age := f.Now.Sub(m.filed); age < 10*24*time.Hour && chance.IntN(3) > 0 || chance.IntN(500) == 0 {
		m.state = []ticket.State{ticket.Dispatched, ticket.Acknowledged, ticket.Contacted, ticket.InProgress, ticket.DonePendingConfirm}[chance.IntN(5)]
		return m
	}
	closed := m.filed.Add(min(f.Now.Sub(m.filed), time.Duration(1+chance.IntN(200))*time.Hour))
	m.state, m.closed = []ticket.State{ticket.Closed, ticket.Closed, ticket.Closed, ticket.ClosedUnrated, ticket.Withdrawn}[chance.IntN(5)], &closed
	return m
}

// past are the tickets and what hangs on them.
func (s sizes) past(f Filling) []fillTable {
	return []fillTable{
		{"tickets", words(`id number author_id client_id content_hash reporter_id filed_as on_behalf estate_id building_id entrance_id unit_id community_id
			town_id category kind urgency catalogue_version text protected share_contact steward_sees state open version handling_party_id routed_by filed_at
			dispatched_at acknowledged_at contacted_at started_at done_at closed_at acknowledge_due contact_due resolve_due next_step next_due closing
			send_backs updated_at alert_index alert_due escalated_to urges return_barred`), s.tickets, func(i int64) []any { return s.ticketRow(f, i) }},
		{"ticket_messages", words("ticket_id author_id client_id content_hash side handling_party_id text at read_at"), s.tickets, func(i int64) []any {
			if i%2 == 0 {
				return nil
			}
			m := s.matter(f, i)
			return []any{fillBase + i, s.staffAccount(m.party), fmt.Sprint("fill-", i), "", string(ticket.PartHandler), m.party, "师傅明天上午到现场查看", m.filed.Add(time.Hour), m.closed}
		}},
		{"ticket_closings", words("ticket_id closing author_id client_id content_hash handling_party_id result no_photo_reason evidence said_at complete_at outcome answered_at"), s.tickets, func(i int64) []any {
			m := s.matter(f, i)
			if m.state != ticket.Closed && m.state != ticket.ClosedUnrated {
				return nil
			}
			return []any{fillBase + i, 1, s.staffAccount(m.party), fmt.Sprint("fill-", i), "", m.party, "已更换", "", "photo", m.closed, m.closed, "confirmed", m.closed}
		}},
		{"ratings", words("author_id client_id content_hash kind ticket_id closing estate_id handling_party_id unit_id weight solved level text period at"), s.tickets, func(i int64) []any {
			m := s.matter(f, i)
			if m.state != ticket.Closed {
				return nil
			}
			return []any{s.account(m.household), fmt.Sprint("fill-", i), "", "closing", fillBase + i, 1, fillBase + m.estate, m.party, fillBase + m.household, "full", true, 1 + i%5, "", string(models.MonthOf(*m.closed)), m.closed}
		}},
		s.photos(f),
		{"ledger", words("id noun noun_id action actor_role handling_party_id from_state to_state data at actor_commitment note_commitment leaf"), 2 * s.tickets, func(i int64) []any {
			line, _ := s.line(f, i)
			return []any{line.ID, line.Noun, line.NounID, line.Action, string(line.ActorRole), line.HandlingPartyID, line.FromState, line.ToState, line.Data, line.At, line.ActorCommitment, line.NoteCommitment, line.Leaf}
		}},
	}
}

func (s sizes) ticketRow(f Filling, i int64) []any {
	m := s.matter(f, i)
	open := m.closed == nil
	due := m.filed.Add(72 * time.Hour)
	kind, category := ticket.Repair, "REP-01"
	if m.protected {
		kind, category = ticket.Complaint, "SVC-01"
	}
	step, nextDue := ticket.NextNothing, any(nil)
	if open {
		step, nextDue = ticket.NextResolve, due
	}
	acknowledged, done := any(m.filed.Add(time.Hour)), any(nil)
	if m.state == ticket.Dispatched {
		acknowledged, step = nil, ticket.NextAcknowledge
	}
	if m.state == ticket.DonePendingConfirm || m.state == ticket.Closed || m.state == ticket.ClosedUnrated {
		done = m.filed.Add(time.Hour)
	}
	return []any{fillBase + i, fmt.Sprintf("F%09d", i), s.account(m.household), fmt.Sprint("fill-", i), "", s.account(m.household), string(models.Resident), false,
		fillBase + m.estate, fillBase + m.building, fillBase + m.building, fillBase + m.household, s.division(m.community), s.townDivision(m.town), category, string(kind),
		"u3r", "2026-01", "三楼的灯不亮了，已经坏了一个星期，晚上老人上下楼很不方便，请尽快派人来修。", m.protected, false, !m.protected, string(m.state), open, 3, m.party,
		"term", m.filed, m.filed, acknowledged, acknowledged, acknowledged, done, m.closed, m.filed.Add(time.Hour), m.filed.Add(24 * time.Hour), due, string(step), nextDue, 1,
		0, m.filed, 0, nil, 0, 0, false}
}

func (s sizes) photos(f Filling) fillTable {
	each := int64(f.PhotosPerTicket)
	return fillTable{"photos", words(`author_id client_id ticket_id noun noun_id kind position client_sha256 client_bytes status refuse_code stored_sha256 thumb_sha256
		width height bytes dhash exact_repeat_of listed_at stored_at`), s.tickets * each, func(i int64) []any {
		id := fillBase + i/each
		m := s.matter(f, i/each)
		hash := fmt.Sprintf("%064x", i)
		return []any{s.account(m.household), fmt.Sprint("fill-", i), id, "ticket", id, "report", i % each, hash, 180_000, "stored", "", hash, hash, 1600, 1200, 250_000, i, 0, m.filed, m.filed}
	}}
}

// line is the filing of a ticket, or its dispatch.
func (s sizes) line(f Filling, i int64) (storage.LedgerLine, storage.LedgerPrivate) {
	m := s.matter(f, i/2)
	e := models.Event{Noun: "ticket", NounID: fillBase + i/2, Action: string(ticket.File), ActorID: s.account(m.household), ActorRole: models.Resident, To: string(ticket.Accepted)}
	if i%2 == 1 {
		e = models.Event{Noun: "ticket", NounID: fillBase + i/2, Action: string(ticket.Dispatch), ActorRole: models.System, PartyID: m.party, From: string(ticket.Accepted), To: string(ticket.Dispatched)}
	}
	line, private := storage.NewLedgerLine(m.filed, e)
	line.ID = fillBase + i
	return line, private
}

// People are those whom a filling made, as a request of theirs would see them. Each of them, and every resident and member
// of a staff that was made with them, has a session with the id of his account.
func (f Filling) People(c County) (filled Filled) {
	s := f.sizes()
	filled.County = c
	act := func(account int64, role models.Role, scope int64, parties ...int64) models.Actor {
		kind, _ := role.ScopeOf()
		return models.Actor{AccountID: account, Parties: parties, Held: []models.Held{{MembershipID: 1, Role: role, ScopeKind: kind, ScopeID: scope, Approved: true}}}
	}
	filled.TownOfficer = act(s.staffAccount(s.townParty(0)), models.TownOfficer, s.townDivision(0), s.townParty(0))
	filled.StationStaff = act(s.staffAccount(s.station(0)), models.StationStaff, s.division(0), s.station(0))
	filled.Staff = act(s.staffAccount(s.operator(1)), models.OperatorStaff, s.operator(1), s.operator(1))
	filled.Steward = act(s.stewardAccount(1), models.BuildingSteward, fillBase+1)
	for household := range min(s.households, 5000) {
		building := s.building(household)
		a := act(s.account(household), models.Resident, fillBase+household)
		a.Homes = []models.Home{{UnitID: fillBase + household, EntranceID: fillBase + building, BuildingID: fillBase + building, EstateID: fillBase + s.estate(building),
			CommunityID: s.division(s.community(s.estate(building))), Approved: true}}
		filled.Residents = append(filled.Residents, a)
	}
	return filled
}
