package ticket

import "linli/models"

// CausePeople are the people whom a may not name in words about a case with these tickets: those of whom he knows that they are behind one.
// Of the others his words are taken as they are, because a refusal would tell him who they are; they are hidden where others read.
func CausePeople(a models.Actor, tickets []Known) (people []models.Own) {
	for _, k := range tickets {
		if KnowsReporter(a, k.Ticket, k.Party.Kind) {
			people = append(people, k.Own)
		}
	}
	return people
}

// CheckCauseWords refuses words that hold a number by which one would reach a person, or the name or flat of one of people.
func CheckCauseWords(people []models.Own, field, words string) error {
	if hideCausePeople(people, words) != words {
		return models.RefuseField("cause.points_at_somebody", field)
	}
	return nil
}

// hideCausePeople hides in words about a case what points at people.
func hideCausePeople(people []models.Own, words string) string {
	words, _ = models.HideContacts(words, models.Own{})
	for _, own := range people {
		words, _ = models.HideContacts(words, own)
	}
	return words
}

// CauseWritten is a step of a case with what was said, and whether who reads it is of those who said it.
type CauseWritten struct {
	Action CauseAction
	Own    bool
}

// Hiding is the case as somebody reads it who wrote what written says: of people, who are behind its tickets, nothing stands in what others
// wrote. His own words stay as they are, because what disappears of them would tell him who filed.
func (c CauseCase) Hiding(people []models.Own, written []CauseWritten) CauseCase {
	own := map[*string]bool{}
	for _, w := range written {
		switch w.Action {
		case CauseOpen:
			own[&c.Cause] = w.Own
		case CausePlan:
			own[&c.Remedy] = w.Own
		case CauseDone:
			own[&c.Result] = w.Own
		case CauseAssign, CauseClose, CauseReject, CauseReopen:
			own[&c.Why] = w.Own
		}
	}
	for _, words := range []*string{&c.Cause, &c.Remedy, &c.Result, &c.Why} {
		*words = HideCauseWords(people, *words, own[words])
	}
	return c
}

// HideCauseWords hides in words about a case what points at people, for who reads them; of his own words only numbers are hidden.
func HideCauseWords(people []models.Own, words string, own bool) string {
	if own {
		people = nil
	}
	return hideCausePeople(people, words)
}
