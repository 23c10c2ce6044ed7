package place

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"slices"
	"strings"

	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// listedErrors is how many row errors are told; more are only counted.
const listedErrors = 500

// undo makes a transaction that did its work roll it back again.
var undo = errors.New("dry run")

// ImportRegister takes the register in (P1-4): every row or none. It reports all that is wrong, row by row. A dry run
// does the same work and keeps nothing. The same file again updates what is there and doubles nothing.
func (s *Store) ImportRegister(ctx context.Context, a models.Actor, body []byte, dryRun bool) (place.ImportReport, error) {
	if !a.Has(models.CenterOfficer, models.Admin) && !bySystem(a) {
		return place.ImportReport{}, models.Refuse(models.Denied, "import.denied")
	}
	rows, count, found, err := readRegister(body)
	if err != nil {
		return place.ImportReport{}, err
	}
	var report place.ImportReport
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		in := &importer{store: s, tx: tx, actor: a, token: randomToken}
		if err := in.take(rows, found); err != nil {
			return err
		}
		report = in.report
		if dryRun || len(in.errors) > 0 {
			return undo
		}
		report.Committed = true
		_, err := storage.Record(tx, models.Event{
			Noun: "register", Action: "import", ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Oversees),
			Data: map[string]any{"rows": len(rows), "estates": report.Created.Estates, "buildings": report.Created.Buildings, "updated": report.Updated},
		})
		return err
	})
	if errors.Is(err, undo) {
		err = nil
	}
	report.Rows = count
	return report, err
}

// bySystem reports whether the program itself acts: somebody at its console, who needs no role.
func bySystem(a models.Actor) bool { return len(a.Held) == 1 && a.Held[0].Role == models.System }

// DemoRegister writes rows into a transaction as an import would, marked as demo. Poster tokens come from the
// buildings' codes, so that they are the same on every machine.
func (s *Store) DemoRegister(tx storage.Tx, rows []place.RegisterRow, token func(buildingCode string) string) (place.ImportReport, error) {
	in := &importer{store: s, tx: tx, actor: models.SystemActor, token: token, demo: true}
	if err := in.take(rows, nil); err != nil {
		return in.report, err
	}
	if len(in.errors) > 0 {
		e := in.errors[0]
		return in.report, models.RefuseField(e.Code, e.Column).With("row", e.Row)
	}
	return in.report, nil
}

// randomToken is what a poster's QR code carries: 80 random bits in signs that can be read out over the telephone.
func randomToken(string) string {
	b := make([]byte, 10)
	rand.Read(b) // never fails since Go 1.24
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
}

// importer is one import inside its transaction.
type importer struct {
	store  *Store
	tx     storage.Tx
	actor  models.Actor
	token  func(buildingCode string) string
	demo   bool
	report place.ImportReport
	errors []place.RowError

	communities map[string]*community // by key of the row; nil where the row's community is refused
	packages    map[string]int64
	parties     map[string]int64
	sequences   map[string]int64
	units       []place.Unit
	touched     []int64 // estates whose sums change
}

type community struct {
	id, townID   int64
	code, name   string
	station      int64
	stationPhone string
}

// take writes the rows estate by estate and gathers what is wrong.
func (in *importer) take(rows []place.RegisterRow, found []place.RowError) error {
	in.errors = append(found, place.CheckRegister(rows)...)
	bad := in.badRows(rows)
	for _, group := range byEstate(rows) {
		if err := in.takeGroup(group, bad); err != nil {
			return err
		}
	}
	if err := in.writeUnits(); err != nil {
		return err
	}
	if err := in.writeSums(); err != nil {
		return err
	}
	in.finish(rows)
	return nil
}

// takeGroup takes an estate's rows. Where some are wrong nothing will be kept, and the rest is tried all the same, so that people learn
// in one round all that is wrong.
func (in *importer) takeGroup(group []place.RegisterRow, bad map[int]bool) error {
	good := slices.DeleteFunc(slices.Clone(group), func(r place.RegisterRow) bool { return bad[r.Row] })
	if len(good) == 0 {
		return in.examine(group[0])
	}
	return in.takeEstate(good)
}

// examine holds what could be read of a wrong row against what is stored.
func (in *importer) examine(r place.RegisterRow) error {
	if r.Unread["community_code"] || r.Unread["community_name"] {
		return nil
	}
	home, err := in.communityOf(r)
	if err != nil || home == nil {
		return err
	}
	if !r.Unread["estate_code"] && !r.Unread["estate_name"] {
		was, found, err := in.findEstate(r, *home)
		if err != nil || found && !in.fits(r, was, *home) {
			return err
		}
	}
	if r.Unread["service_mode"] || r.ServiceMode == place.ModeNone || r.Unread["party_code"] || r.Unread["party_name"] {
		return nil
	}
	_, _, err = in.partyOf(r, *home)
	return err
}

func (in *importer) badRows(rows []place.RegisterRow) map[int]bool {
	bad := map[int]bool{}
	for _, r := range rows {
		if len(r.Unread) > 0 {
			bad[r.Row] = true
		}
	}
	for _, e := range in.errors {
		bad[e.Row] = true
	}
	return bad
}

// finish counts the rows that nothing is wrong with and puts the errors in the order of the file.
func (in *importer) finish(rows []place.RegisterRow) {
	bad := in.badRows(rows)
	for _, r := range rows {
		if !bad[r.Row] {
			in.report.Accepted++
		}
	}
	slices.SortStableFunc(in.errors, func(a, b place.RowError) int { return cmp.Compare(a.Row, b.Row) })
	listed := min(listedErrors, len(in.errors))
	in.report.Errors, in.report.More = append([]place.RowError{}, in.errors[:listed]...), len(in.errors)-listed
}

// byEstate groups rows by estate, in the order of the file.
func byEstate(rows []place.RegisterRow) [][]place.RegisterRow {
	at := map[string]int{}
	var groups [][]place.RegisterRow
	for _, r := range rows {
		i, known := at[r.EstateKey()]
		if !known {
			i = len(groups)
			at[r.EstateKey()] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], r)
	}
	return groups
}

// refuse notes a row error found against what is stored.
func (in *importer) refuse(r place.RegisterRow, field, code string, figures ...any) {
	in.errors = append(in.errors, r.Wrong(field, code, figures...))
}
