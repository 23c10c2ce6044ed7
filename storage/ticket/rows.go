package ticket

import (
	"database/sql"
	"fmt"
	"strings"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// listed is a ticket with what its row in a list needs beside it.
type listed struct {
	ticket.Ticket
	estate, building string
	party            ticket.Party
	picture          sql.NullInt64  // the first stored photo of the filing
	unread           sql.NullString // the sides whose lines nobody has read, with commas
	level            sql.NullInt64  // of the newest rating
}

// ticketColumns are those that a row in a list is made of; what is left out is read by nothing that makes one.
var ticketColumns = storage.ColumnsOf[ticket.Ticket]("client_id", "content_hash", "filed_as", "on_behalf", "catalogue_version", "routed_by",
	"device_time", "started_at", "done_at", "closed_at", "on_site_due", "hazard_due", "alert_index", "alert_due", "urged_at",
	"return_until", "return_barred", "joint_why", "joint_due", "joint_answered_at", "closing", "updated_at",
	"pause_why", "paused_from", "paused_due", "parts_paused",
	"suspension", "suspended_at", "suspended_days", "objected_at",
	"promises", "party_promises", "promise_redates", "promise_end")

// sqlListed asks for all that a page shows at once: a statement a table was most of what a list cost. The page stands in
// it as a table of its own, t.
var sqlListed = "SELECT " + ticketColumns.Of("t") + `, e.name, coalesce(b.name, ''), p.id, p.kind, p.name, p.phone24,
	(SELECT min(id) FROM photos WHERE noun = 'ticket' AND noun_id = t.id AND status = 'stored'),
	(SELECT string_agg(side, ',') FROM ticket_messages WHERE ticket_id = t.id AND read_at IS NULL),
	(SELECT level FROM ratings WHERE ticket_id = t.id ORDER BY closing DESC, id DESC LIMIT 1)
FROM (%s) t
JOIN estates e ON e.id = t.estate_id
JOIN handling_parties p ON p.id = t.handling_party_id
LEFT JOIN buildings b ON b.id = t.building_id
ORDER BY %s`

// listedIn reads the tickets that page selects, in an order of the columns of t.
func listedIn(tx storage.Tx, page, order string, values []any) (all []listed, err error) {
	rows, err := tx.DB().Raw(fmt.Sprintf(sqlListed, page, order), values...).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var l listed
		places := append(ticketColumns.In(&l.Ticket), &l.estate, &l.building,
			&l.party.ID, &l.party.Kind, &l.party.Name, &l.party.Phone24, &l.picture, &l.unread, &l.level)
		if err := rows.Scan(places...); err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, rows.Err()
}

// rows turns a page into what a may see of it.
func rows(tx storage.Tx, a models.Actor, page []listed) ([]ticket.Row, error) {
	var hidden []ticket.Ticket
	for _, l := range page {
		if l.Protected && !ticket.KnowsReporter(a, l.Ticket, l.party.Kind) {
			hidden = append(hidden, l.Ticket)
		}
	}
	own, err := ownOf(tx, hidden)
	if err != nil {
		return nil, err
	}
	rows := make([]ticket.Row, len(page))
	for i, l := range page {
		known := l.known()
		known.Own, known.Unread = own[l.ID], ticket.Unread(a, l.Ticket, l.sides())
		rows[i] = ticket.RowFor(a, known, tx.At())
	}
	return rows, nil
}

func (l listed) known() ticket.Known {
	k := ticket.Known{Ticket: l.Ticket, EstateName: l.estate, BuildingName: l.building, Party: l.party, PhotoID: l.picture.Int64}
	if l.level.Valid {
		k.Ratings = []ticket.Rating{{TicketID: l.ID, Level: int(l.level.Int64)}}
	}
	return k
}

func (l listed) sides() (all []ticket.Part) {
	if !l.unread.Valid {
		return nil
	}
	for side := range strings.SplitSeq(l.unread.String, ",") {
		all = append(all, ticket.Part(side))
	}
	return all
}
