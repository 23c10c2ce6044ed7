package ticket

import (
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
)

// SmallSheets makes sheets small, so that a test need not file thousands of matters; back makes them as they are.
func SmallSheets(page, most int) (back func()) {
	wasPage, wasMost := sheetPage, sheetMost
	sheetPage, sheetMost = page, most
	return func() { sheetPage, sheetMost = wasPage, wasMost }
}

// FewMattersShown makes the list of a repeat's matters short; back makes it as it was.
func FewMattersShown(n int) (back func()) {
	was := mattersShown
	mattersShown = n
	return func() { mattersShown = was }
}

// Routed tells who would have to answer a matter of a category at an estate, and by which rule.
func Routed(tx storage.Tx, e place.Estate, category ticket.Category) (place.HandlingParty, string, error) {
	to, err := route(tx, e.ID, e.CommunityID, e.TownID, category)
	return to.party, to.rule, err
}
