package demo

import (
	"bytes"
	"flag"
	"os"
	"reflect"
	"testing"

	"linli/models/place"
	places "linli/storage/place"
)

func TestRegisterHasTheShapeOfThePlan(t *testing.T) {
	rows := Register()
	estates := map[place.BaselineClass]map[string]bool{}
	area := map[place.BaselineClass]int64{}
	modes := map[place.ServiceMode]int{}
	parties := map[string]bool{}
	packages := map[string]int{}
	for _, r := range rows {
		if estates[r.BaselineClass] == nil {
			estates[r.BaselineClass] = map[string]bool{}
		}
		if !estates[r.BaselineClass][r.EstateKey()] {
			modes[r.ServiceMode]++
		}
		estates[r.BaselineClass][r.EstateKey()] = true
		area[r.BaselineClass] += r.GrossAreaC
		if r.ServiceMode == place.ModeProfessional {
			parties[r.PartyName] = true
		}
		if r.PackageName != "" {
			packages[r.CommunityCode+r.PackageName]++
		}
	}
	for class, want := range map[place.BaselineClass]struct {
		units int
		share int64
	}{place.ClassProfessional: {45, 480}, place.ClassUnitCompound: {125, 117}, place.ClassOwnerless: {379, 403}} {
		if got := len(estates[class]); got != want.units {
			t.Errorf("%s: %d units, want %d", class, got, want.units)
		}
		if area[class]*1000 != want.share*countyAreaC {
			t.Errorf("%s: %d of %d, want %d per mille exactly", class, area[class], countyAreaC, want.share)
		}
	}
	for _, mode := range place.ServiceModes {
		if modes[mode] == 0 {
			t.Errorf("nobody is served as %s", mode)
		}
	}
	if len(parties) != len(demoOperators) {
		t.Errorf("%d operators at work, want %d", len(parties), len(demoOperators))
	}
	t.Logf("%d buildings, modes %v, %d packages", len(rows), modes, len(packages))
}

func TestRegisterIsARegister(t *testing.T) {
	rows := Register()
	if errs := place.CheckRegister(rows); len(errs) > 0 {
		t.Fatal(errs[0], len(errs))
	}
	columns := place.RegisterColumns
	for i, r := range rows {
		cells := map[string]string{}
		for j, cell := range r.Cells() {
			cells[columns[j].Field] = cell
		}
		again, errs := place.ParseRegisterRow(r.Row, cells, false)
		again.Raw = nil
		if len(errs) > 0 || !reflect.DeepEqual(again, r) {
			t.Fatalf("row %d: %+v %v", i, r, errs)
		}
	}
	if !reflect.DeepEqual(rows, Register()) {
		t.Error("two runs differ")
	}
}

var update = flag.Bool("update", false, "write the committed register again")

// TestRegisterFile keeps the committed register, which is also the fixture of the import's tests, equal to the county.
// register-549.xlsx was made from it by LibreOffice 7.4: soffice --headless --convert-to xlsx
// --infilter="CSV:44,34,UTF8,1,,0,false,true,false" register-549.csv
func TestRegisterFile(t *testing.T) {
	const file = "../place/testdata/register-549.csv"
	lines := [][]string{place.Headings()}
	for _, r := range Register() {
		lines = append(lines, r.Cells())
	}
	var want bytes.Buffer
	if err := places.WriteCSV(&want, lines); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("the committed register is not the county's any more (%v); go test ./storage/demo -run TestRegisterFile -update", err)
	}
}
