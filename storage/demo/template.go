package demo

import (
	"slices"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	"linli/storage/people"
)

// makeTemplates lets the manager of the cast's operator keep what his people write again and again. He began with the examples.
func (s *seeder) makeTemplates(tx storage.Tx) error {
	county, err := s.registered(tx)
	if err != nil {
		return err
	}
	party := county.ofClass(place.ClassProfessional, castEstate).termOn(models.DateOf(s.now)).HandlingPartyID
	who := slices.IndexFunc(cast, func(l Login) bool { return l.Role == models.OperatorManager })
	manager, err := people.AccountByPhone(tx, loginPhone(who))
	if err != nil {
		return err
	}
	a := models.Actor{AccountID: manager.ID, Parties: []int64{party}, Held: []models.Held{{Role: cast[who].Role, ScopeKind: models.ScopeHandlingParty, ScopeID: party, Approved: true}}}
	list := []ticket.TemplateWords{
		{Title: "水管抢修：先止水", Text: "您好，维修师傅已带工具出发，先关阀止水，再修。“{类别}”由{经办人}负责，{时限}前修好，修好后在这里告诉您。", Category: "UTIL-02", Use: ticket.TemplateReply},
	}
	for _, e := range ticket.ExampleTemplates() {
		list = append(list, ticket.TemplateWords{Title: e.Title.Zh, Text: e.Text.Zh, Category: e.Category, State: e.State, Use: e.Use})
	}
	for i, words := range list {
		writing := ticket.TemplateWriting{ClientID: chanceFor("template", i).uuid(), HandlingPartyID: party, TemplateWords: words}
		if _, _, err := s.Tickets.WriteTemplateIn(tx, a, writing); err != nil {
			return err
		}
	}
	return nil
}
