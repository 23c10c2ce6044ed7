package ticket_test

import (
	"slices"
	"testing"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
)

// Every figure of an estate or a building that somebody who works here reads is the number of rows of the list behind it,
// whatever is held, answered by others or late there; who has no such list is told none.
func TestAPlacesFiguresAreItsList(t *testing.T) {
	eachSmall(t, func(t *testing.T, make func() *smallWorld) {
		w := make()
		building := w.Building.ID
		w.filed(t, 1, w.Resident, building, "REP-01", "楼道灯不亮", true, 0)
		w.filed(t, 2, w.Neighbour, building, "UTIL-01", "停水", true, 0)
		w.filed(t, 3, w.Neighbour, building, "SVC-01", "保安态度差", false, 0) // held
		w.filed(t, 4, w.Neighbour, w.OwnerlessBuilding.ID, "REP-01", "楼道灯不亮", true, 0)
		w.clock.Advance(72 * time.Hour)
		w.filed(t, 5, w.Resident, building, "REP-02", "门坏了", true, 0)
		w.filed(t, 6, w.Neighbour, building, "SVC-01", "没人扫地", false, 0) // held

		want := map[string]int64{"operator": 0, "rival": 0, "station": 0, "town": 0, "centre": 0}
		for name, a := range map[string]models.Actor{
			"operator": w.Staff, "rival": w.RivalStaff, "station": w.StationStaff, "other station": w.OtherStationStaff,
			"town": w.TownOfficer, "centre": w.Officer, "auditor": w.Auditor,
		} {
			rows, err := w.places.ListEstates(t.Context(), a, place.EstateFilter{})
			w.must(t, err)
			for _, estate := range []int64{w.Estate.ID, w.Ownerless.ID} {
				detail, err := w.places.ShowEstate(t.Context(), a, estate)
				w.must(t, err)
				w.sameAsList(t, name+": estate", a, ticket.Query{EstateID: estate}, detail.Listed)
				if i := slices.IndexFunc(rows.Items, func(r place.EstateRow) bool { return r.ID == estate }); i >= 0 {
					w.sameAsList(t, name+": row", a, ticket.Query{EstateID: estate}, rows.Items[i].Listed)
				}
				for _, b := range detail.BuildingsList {
					w.sameAsList(t, name+": building of the estate", a, ticket.Query{BuildingID: b.ID}, b.Listed)
					one, err := w.places.ShowBuilding(t.Context(), a, b.ID)
					w.must(t, err)
					w.sameAsList(t, name+": building", a, ticket.Query{BuildingID: b.ID}, one.Listed)
				}
				if detail.Listed != nil {
					want[name] += detail.Listed.Open
				}
			}
		}
		if want["rival"] != 0 || want["operator"] == 0 || want["station"] <= want["operator"] || want["centre"] < want["station"] {
			t.Errorf("the lists of these do not differ as they should: %v", want)
		}
		for name, a := range map[string]models.Actor{"resident": w.Resident, "steward": w.Steward} {
			detail, err := w.places.ShowEstate(t.Context(), a, w.Estate.ID)
			w.must(t, err)
			if detail.Listed != nil || detail.OpenTickets == 0 || detail.BuildingsList[0].Listed != nil {
				t.Errorf("%s: %+v of %d", name, detail.Listed, detail.OpenTickets)
			}
		}
	})
}

// sameAsList compares the figures with the list of the box "all", of which the desk of a party is the part that it answers for.
func (w *smallWorld) sameAsList(t *testing.T, what string, a models.Actor, q ticket.Query, figures *place.Listed) {
	t.Helper()
	if figures == nil {
		figures = &place.Listed{}
	}
	for filter, n := range map[ticket.Filter]int64{ticket.FilterOpen: figures.Open, ticket.FilterOverdue: figures.Overdue} {
		q.Box, q.Filter, q.Limit = ticket.BoxAll, filter, 100
		page, err := w.store.Tickets(t.Context(), a, q)
		w.must(t, err)
		if int64(len(page.Items)) != n {
			t.Errorf("%s, %s: the figure says %d, the list has %d", what, filter, n, len(page.Items))
		}
	}
}

// Where something is late comes first, whatever the ids of the estates, over all pages; what runs out while somebody leafs through
// moves none of them.
func TestEstatesLateFirst(t *testing.T) {
	eachSmall(t, func(t *testing.T, make func() *smallWorld) {
		w := make()
		list := func(cursor string) place.EstateList {
			page, err := w.places.ListEstates(t.Context(), w.Officer, place.EstateFilter{Limit: 1, Cursor: cursor})
			w.must(t, err)
			return page
		}
		w.filed(t, 1, w.Neighbour, w.OwnerlessBuilding.ID, "REP-01", "楼道灯不亮", true, 0)
		w.clock.Advance(20 * 24 * time.Hour)
		w.filed(t, 2, w.Resident, w.Building.ID, "REP-01", "楼道灯不亮", true, 0)
		page := list("")
		if *page.Total != 3 || *page.Late != 1 || page.Items[0].ID != w.Ownerless.ID || page.Items[0].OverdueTickets != 1 {
			t.Errorf("the first of %d, %d of them late, is %+v", *page.Total, *page.Late, page.Items[0])
		}
		w.clock.Advance(20 * 24 * time.Hour)
		seen := []int64{page.Items[0].ID}
		for page.Next != "" {
			page = list(page.Next)
			seen = append(seen, page.Items[0].ID)
		}
		if want := []int64{w.Ownerless.ID, w.Estate.ID, w.Compound.ID}; !slices.Equal(seen, want) {
			t.Errorf("listed %v, want %v", seen, want)
		}
		if page := list(""); *page.Late != 2 {
			t.Errorf("%d late", *page.Late)
		}
		_, err := w.places.ListEstates(t.Context(), w.Officer, place.EstateFilter{Cursor: "7"})
		if models.CodeOf(err) != "request.bad_cursor" {
			t.Error(err)
		}
	})
}
