package photo

import (
	"slices"
	"time"
)

// Retold names what Differs compares, for people who read a report.
const Retold = "status, hashes of the bytes, first of equal ones, ticket and moment"

// Line is what the ledger tells of a photo: once, that it was stored or refused.
type Line struct {
	To   string
	Data map[string]any
	At   time.Time
}

// Differs names the columns in which the row is not what its lines tell. A photo whose bytes have not come has no line.
func (p Photo) Differs(lines []Line) (columns []string) {
	if len(lines) == 0 {
		return differing(map[string]bool{"status": p.Status == Expected, "stored_sha256": p.StoredSHA256 == ""})
	}
	told := lines[len(lines)-1]
	words := func(name string) string { s, _ := told.Data[name].(string); return s }
	number := func(name string) int64 { n, _ := told.Data[name].(float64); return int64(n) }
	same := map[string]bool{
		"lines of its own": len(lines) == 1,
		"status":           Status(told.To) == p.Status,
		"client_sha256":    words("client_sha256") == p.ClientSHA256,
		"stored_sha256":    words("stored_sha256") == p.StoredSHA256,
		"exact_repeat_of":  number("exact_repeat_of") == p.ExactRepeatOf,
		"refuse_code":      words("code") == p.RefuseCode,
		"ticket_id":        number("ticket_id") == p.TicketID,
	}
	if p.Status == Stored {
		same["stored_at"] = p.StoredAt != nil && p.StoredAt.Equal(told.At)
	}
	return differing(same)
}

func differing(same map[string]bool) (columns []string) {
	for name, is := range same {
		if !is {
			columns = append(columns, name)
		}
	}
	slices.Sort(columns)
	return columns
}
