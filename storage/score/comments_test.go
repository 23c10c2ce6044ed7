package score

import (
	"fmt"
	"strings"
	"testing"

	"linli/models"
	"linli/models/people"
	"linli/models/ticket"
	"linli/storage"
)

// say gives a general rating with words, as a household of estate 1.
func (w *world) say(unit int64, text string) {
	w.t.Helper()
	w.sayOf(1, operator1, w.person(), unit, text)
}

// person is a new account.
func (w *world) person() int64 {
	w.t.Helper()
	w.next++
	a := people.Account{Phone: fmt.Sprintf("139%08d", w.next), Name: "某人", Locale: "zh-CN", CreatedAt: noon, UpdatedAt: noon}
	w.insert(&a)
	return a.ID
}

func (w *world) sayOf(estate, party, author, unit int64, text string) {
	w.t.Helper()
	at := hours(-50)
	w.insert(&ticket.Rating{
		AuthorID: author, ClientID: w.clientID(), Kind: "general", EstateID: estate, HandlingPartyID: party, UnitID: unit, Weight: "volunteer", Level: 2, Text: text,
		Period: models.MonthOf(at), At: at,
	})
}

func (w *world) comments(a models.Actor, estate int64) []string {
	w.t.Helper()
	list, err := w.store.Comments(w.t.Context(), a, estate)
	if err != nil {
		w.t.Fatal(err)
	}
	return list.Items
}

// Words wait until a cell is released and three households have written; then they come out together, without what points at a person.
func TestCommentsComeInBatches(t *testing.T) {
	each(t, func(w *world) {
		for unit := range int64(10) {
			text := ""
			if unit < 2 {
				text = "绿化没人管"
			}
			w.say(100+unit, text)
		}
		if w.release() != 1 {
			w.t.Fatal("ten households open the cell")
		}
		if got := w.comments(operator, 1); len(got) != 0 {
			w.t.Fatalf("the words of two households are shown: %v", got)
		}
		for unit := range int64(4) {
			w.say(200+unit, "")
		}
		w.say(300, "我叫王小明，电话 13812345678，门岗常没人")
		if got := w.comments(operator, 1); len(got) != 0 {
			w.t.Fatalf("shown before the next release: %v", got)
		}
		if w.release() != 1 {
			w.t.Fatal("five new households open it again")
		}
		got := w.comments(operator, 1)
		whole := strings.Join(got, "/")
		if len(got) != 3 || strings.Count(whole, "绿化没人管") != 2 || !strings.Contains(whole, "门岗常没人") || strings.Contains(whole, "138") || strings.Contains(whole, "小明") {
			w.t.Errorf("shown %q", got)
		}
		if office := w.comments(officer, 1); len(office) != 3 {
			w.t.Errorf("the centre reads %v", office)
		}
		for _, nobody := range []models.Actor{{AccountID: 77}, {AccountID: 78, Parties: []int64{operator2}, Held: []models.Held{{Role: models.OperatorStaff, Approved: true}}}} {
			_, err := w.store.Comments(w.t.Context(), nobody, 1)
			if models.CodeOf(err) != "score.comments_denied" {
				w.t.Errorf("account %d: %v", nobody.AccountID, err)
			}
		}
		if n := w.release(); n != 0 || len(w.comments(operator, 1)) != 3 {
			w.t.Errorf("%d released again", n)
		}
	})
}

// What is written with the answer to a ticket is for the county alone, as its form says; a company that came in reads nothing about the one before.
func TestCommentsOfTicketsAndOfOthersStay(t *testing.T) {
	each(t, func(w *world) {
		solved := w.history(1, operator1)
		for n := range int64(12) {
			at := hours(-50)
			w.insert(&ticket.Rating{
				AuthorID: 1, ClientID: w.clientID(), Kind: "confirm", TicketID: solved[n].ID, Closing: 1, EstateID: 1, HandlingPartyID: operator1,
				UnitID: 100 + n, Weight: "full", Solved: true, Level: 1, Text: "只给县里看的话", Period: models.MonthOf(at), At: at,
			})
		}
		if w.release() != 1 {
			w.t.Fatal("the cell did not open")
		}
		if got := w.comments(operator, 1); len(got) != 0 {
			w.t.Fatalf("shown %v", got)
		}
		for unit := range int64(12) {
			w.say(300+unit, "走廊的灯坏得久")
		}
		if w.release() == 0 || len(w.comments(operator, 1)) != 12 {
			w.t.Fatal("the words are not shown")
		}
		w.write(func(tx storage.Tx) error {
			return tx.DB().Exec("UPDATE released_comments SET handling_party_id = ?", operator2).Error
		})
		if got := w.comments(operator, 1); len(got) != 0 {
			w.t.Errorf("about another party: %v", got)
		}
	})
}

// A party reads no batch of fewer than three households about itself, nor three homes of one person.
func TestCommentsAreCountedByParty(t *testing.T) {
	each(t, func(w *world) {
		for unit := range int64(12) {
			w.say(100+unit, "")
		}
		landlord := w.person()
		for unit := range int64(3) {
			w.sayOf(1, operator1, landlord, 200+unit, "三套房一个人")
		}
		for unit := range int64(3) {
			w.sayOf(1, operator2, w.person(), 300+unit, "写的是另一家")
		}
		if w.release() == 0 {
			w.t.Fatal("the cell did not open")
		}
		if got := w.comments(officer, 1); len(got) != 3 || got[0] != "写的是另一家" {
			w.t.Errorf("shown %v", got)
		}
		if got := w.comments(operator, 1); len(got) != 0 {
			w.t.Errorf("the party reads %v", got)
		}
	})
}

// A building that comes into a package takes its words with it: they are not released again, and nothing stops the release.
func TestCommentsMoveWithTheirPlace(t *testing.T) {
	each(t, func(w *world) {
		for unit := range int64(12) {
			w.sayOf(5, station, w.person(), 100+unit, "楼道没人扫")
		}
		if w.release() != 1 {
			w.t.Fatal("the cell did not open")
		}
		w.write(func(tx storage.Tx) error {
			return tx.DB().Exec("UPDATE estates SET service_package_id = 1 WHERE id = 5").Error
		})
		if w.release() != 1 || len(w.comments(officer, 5)) != 12 {
			w.t.Errorf("after the move %d words", len(w.comments(officer, 5)))
		}
	})
}
