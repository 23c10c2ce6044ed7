package ticket

import (
	"maps"

	"linli/models"
)

// The lines of a ticket as one viewer sees them: its photos, what happened, and what was said.

func (v viewer) photo(t Ticket, p KnownPhoto) PhotoView {
	out := PhotoView{
		ID: p.ID, Kind: p.Kind, Status: p.Status, Width: p.Width, Height: p.Height, RefuseCode: p.RefuseCode, On: models.DateOf(v.seen(t, p.ListedAt)),
	}
	if v.actor.AccountID == p.AuthorID {
		out.ClientID = p.ClientID
	}
	if v.part == PartOfficer {
		out.ExactRepeat = p.ExactRepeat
	}
	return out
}

func (v viewer) timeline(t Ticket, h HistoryLine, k Known) TimelineItem {
	item := TimelineItem{
		ID: h.ID, Action: h.Action, On: models.DateOf(h.At), ActorRole: h.ActorRole, Mine: h.ActorID != 0 && h.ActorID == v.actor.AccountID,
		FromState: h.From, ToState: h.To, Note: v.ofParty(t, writerOf(h), h.Note), Photos: []int64{}, Params: paramsOf(h),
	}
	if h.ActorRole.Answers() && writerOf(h) != 0 || h.ActorRole == models.System && (h.Action == string(Dispatch) || h.Action == string(Call)) {
		item.ActorName = h.PartyName
	}
	at := h.At
	item.At = &at
	if reporterSide(h) {
		item.At = v.moment(t, h.At)
		if !h.ActorRole.Oversees() && !h.unheard {
			item.Note = v.words(t, h.Note)
		}
		if v.blurred(t) && h.ActorRole != models.System && Action(h.Action) != OfficeContact {
			item.ActorRole = models.Resident // "the steward filed it" would be a name: his stands on the building's card
		}
	}
	if item.Mine && !v.frozen {
		item.Note = h.Note
	} else if Action(h.Action) == OfficeContact && (v.blurred(t) || v.frozen) {
		item.Note = "" // what he said by telephone he said to the office
	}
	item.Photos = photosOf(h, k)
	return item
}

// writerOf is the party whose people took a step, 0 for an office: where an office says who gets a ticket, the line's party is
// the one that gets it.
func writerOf(h HistoryLine) int64 {
	switch Action(h.Action) {
	case ReturnGrant, ReturnRefuse, Redispatch:
		return 0
	}
	return h.PartyID
}

// paramsOf are what a line tells besides its words. The id of the record that it wrote is the program's own: those of answers
// are counted across the county, and would tell in which order people spoke. That an answer has no weight tells whose it is, where
// one home of the building is not approved.
func paramsOf(h HistoryLine) map[string]any {
	params := maps.Clone(h.Data)
	delete(params, "record_id")
	delete(params, weightKey)
	return params
}

// reporterSide reports whether a line tells when the person who filed was at his phone.
func reporterSide(h HistoryLine) bool {
	switch Action(h.Action) {
	case File, Hold, Dispatch, Contact, OfficeContact, Joint, PauseDay, SuspendObject, PromiseKept, PromiseBroken, Confirm, SendBack, RelayConfirm, CallbackConfirm, Reopen:
		return true
	case Resume: // by whoever filed, by a word or a tap, also where a station filed; not by the party, nor by itself on its day
		return h.PartyID == 0 && h.ActorID != 0
	}
	return h.ActorRole == models.Resident || h.ActorRole == models.BuildingSteward
}

// photosOf says which photos belong to a line of the timeline.
func photosOf(h HistoryLine, k Known) []int64 {
	out := []int64{}
	noun := map[Action]string{File: "ticket", Done: "ticket_closing", DoneSaid: "ticket_closing", SendBack: "rating"}[Action(h.Action)]
	if noun == "" {
		return out
	}
	id, _ := h.Data["record_id"].(float64)
	for _, p := range k.Photos {
		if p.Noun == noun && p.Status == "stored" && (noun == "ticket" || p.NounID == int64(id)) {
			out = append(out, p.ID)
		}
	}
	return out
}

func (v viewer) message(t Ticket, m Message, k Known) MessageView {
	at := m.At
	out := MessageView{
		Side: m.Side, Mine: m.AuthorID == v.actor.AccountID, Text: m.Text, At: &at, On: models.DateOf(m.At), ReadAt: m.ReadAt, Photos: []PhotoView{},
	}
	if out.Mine {
		out.ClientID = m.ClientID
	}
	switch {
	case m.Side == PartHandler:
		out.AuthorName = k.writer(m)
		out.Text = v.ofParty(t, m.party(t), m.Text)
	case m.Side == PartOfficer:
		out.Text = v.ofParty(t, 0, m.Text)
	default:
		out.Text = v.words(t, m.Text) // a steward may name him in passing
	}
	if out.Mine && !v.frozen {
		out.Text = m.Text
	}
	if m.Side == PartReporter {
		out.At = v.moment(t, m.At)
	}
	if v.blurred(t) {
		out.ReadAt = nil // the moment of reading is a moment of the reporter's
	}
	for _, p := range k.Photos {
		if p.Noun == "ticket_message" && p.NounID == m.ID {
			out.Photos = append(out.Photos, v.photo(t, p))
		}
	}
	return out
}
