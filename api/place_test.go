package api_test

import (
	"context"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"linli/api"
	"linli/api/apitest"
	"linli/models"
	"linli/models/place"
	"linli/storage"
	places "linli/storage/place"
	"linli/storage/storagetest"
)

// known are the people of the place scenarios; the token is the name.
type known map[string]models.Actor

func (k known) ReadToken(raw string) (models.Access, error) {
	a, ok := k[raw]
	if !ok {
		return models.Access{}, models.Refuse(models.SignedOut, "session.bad_token")
	}
	return models.Access{AccountID: a.AccountID, SessionID: 1}, nil
}

func (k known) LoadActor(_ context.Context, access models.Access) (models.Actor, error) {
	for _, a := range k {
		if a.AccountID == access.AccountID {
			return a, nil
		}
	}
	return models.Actor{}, models.Refuse(models.SignedOut, "session.ended")
}

func holding(account int64, role models.Role, kind models.ScopeKind, id int64) models.Actor {
	return models.Actor{AccountID: account, Held: []models.Held{{Role: role, ScopeKind: kind, ScopeID: id, Approved: true}}}
}

func TestPlaces(t *testing.T) {
	register, err := os.ReadFile("../storage/place/testdata/register-549.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(register), "\n")
	few := strings.Join(append(lines[:20], lines[len(lines)-40:]...), "")
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		if err := db.Write(t.Context(), places.SeedAuthorities); err != nil {
			t.Fatal(err)
		}
		people := known{
			"centre":   holding(1, models.CenterOfficer, models.ScopeCounty, 3),
			"auditor":  holding(2, models.Auditor, models.ScopeCounty, 3),
			"resident": holding(3, models.Resident, models.ScopeUnit, 1),
		}
		store := places.New(db, places.Options{PublicURL: "https://linli.example.cn"})
		client := apitest.New(t, api.New(api.Config{}, api.Uses{Tokens: people, Actors: people, Places: store}))
		takeRegisterIn(t, client, few)
		lookAround(t, client)
		handOver(t, client)
	})
}

func takeRegisterIn(t *testing.T, client *apitest.Client, register string) {
	t.Helper()
	const path = "/api/v1/imports?kind=register"
	centre := client.As("centre").With("Content-Type", "text/csv").With("X-File-Name", "register.csv")
	var report place.ImportReport
	centre.Do("POST", path+"&dry_run=true", register).OK(&report)
	if report.Committed || report.Created.Estates < 40 {
		t.Fatalf("%+v", report)
	}
	client.As("resident").With("Content-Type", "text/csv").Do("POST", path, register).Refused(http.StatusForbidden, "route.denied")
	client.As("auditor").With("Content-Type", "text/csv").Do("POST", path, register).Refused(http.StatusForbidden, "import.denied")
	centre.Do("POST", path, "PK\x03\x04 cut off").Refused(http.StatusUnsupportedMediaType, "import.broken_workbook")
	centre.Do("POST", path, "").Refused(http.StatusUnprocessableEntity, "import.empty")
	centre.Do("POST", path, register).OK(&report)
	if !report.Committed || report.Created.Buildings != 58 {
		t.Fatalf("%+v", report)
	}
	bad := strings.Join(place.Headings(), ",") + "\n" + strings.Repeat(",", len(place.Headings())-1) + "x\n"
	centre.Do("POST", path, bad).OK(&report)
	if report.Committed || len(report.Errors) < 5 || report.Errors[0].Row != 2 {
		t.Errorf("%+v", report)
	}
	file := client.As("centre").Get("/api/v1/imports/template?kind=register&format=csv").OK(nil)
	if !strings.Contains(string(file.Body), "小区名称") || !strings.HasPrefix(file.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("%s %s", file.Header.Get("Content-Type"), file.Body)
	}
}

func lookAround(t *testing.T, client *apitest.Client) {
	t.Helper()
	var list place.EstateList
	client.As("centre").Get("/api/v1/estates?service_mode=none&limit=3").OK(&list)
	if len(list.Items) != 3 || list.Next == "" || list.Items[0].ServiceMode != place.ModeNone {
		t.Fatalf("%+v", list)
	}
	client.As("resident").Get("/api/v1/estates").OK(&list)
	if len(list.Items) != 0 {
		t.Errorf("a resident without a home looks after %d estates", len(list.Items))
	}
	var found struct{ Items []place.Found }
	client.As("resident").Get("/api/v1/places?q=" + "%E6%A1%83%E6%BA%90%E8%8A%B1%E5%9B%AD%EF%BC%93%E5%B9%A2").OK(&found) // 桃源花园３幢
	if len(found.Items) != 1 || found.Items[0].BuildingName != "3号楼" {
		t.Fatalf("%+v", found)
	}
	building := "/api/v1/buildings/" + strconv.FormatInt(found.Items[0].BuildingID, 10)
	var poster place.Poster
	client.As("resident").Get(building+"/poster").Refused(http.StatusForbidden, "poster.denied")
	client.As("centre").Get(building + "/poster").OK(&poster)
	var card place.PosterCard
	client.Get("/api/v1/posters/" + poster.Token).OK(&card)
	if card.BuildingID != found.Items[0].BuildingID || card.Contact.Hotline != "12345" || len(card.Contact.Emergency) < 3 {
		t.Errorf("%+v", card)
	}
	client.Get("/api/v1/posters/none").Refused(http.StatusNotFound, "poster.not_found")
	client.Get(building).Refused(http.StatusUnauthorized, "session.missing")
	var units struct{ Items []place.UnitRow }
	client.As("resident").Get(building + "/units").OK(&units)
	if len(units.Items) == 0 || units.Items[0].EntranceName != "1单元" {
		t.Errorf("%+v", units)
	}
	client.As("resident").Get(building).OK(nil)
	client.As("resident").Get("/api/v1/divisions").OK(nil)
}

func handOver(t *testing.T, client *apitest.Client) {
	t.Helper()
	var found struct{ Items []place.Found }
	client.As("centre").Get("/api/v1/places?q=" + "%E6%A1%83%E6%BA%90%E8%8A%B1%E5%9B%AD").OK(&found) // 桃源花园
	estate := "/api/v1/estates/" + strconv.FormatInt(found.Items[0].EstateID, 10)
	var detail place.EstateDetail
	client.As("resident").Get(estate).OK(&detail)
	term := map[string]any{"service_mode": "community_trusteeship", "valid_from": "2031-01-01"}
	client.As("resident").Post(estate+"/service-terms", term).Refused(http.StatusForbidden, "route.denied")
	client.As("centre").Post(estate+"/service-terms", term).OK(&detail)
	if len(detail.Terms) != 2 || detail.Terms[1].ValidTo != "2031-01-01" {
		t.Errorf("%+v", detail.Terms)
	}
	client.As("centre").Post(estate+"/service-terms", term).Refused(http.StatusConflict, "service_term.overlap")
	cancel := estate + "/service-terms/" + strconv.FormatInt(detail.Terms[0].ID, 10) + "/cancellation"
	client.As("resident").Post(cancel, nil).Refused(http.StatusForbidden, "route.denied")
	client.As("centre").Post(estate+"/service-terms/"+strconv.FormatInt(detail.Terms[1].ID, 10)+"/cancellation", nil).Refused(http.StatusConflict, "service_term.begun")
	client.As("centre").Post(cancel, nil).OK(&detail)
	if len(detail.Terms) != 1 || detail.Terms[0].ValidTo != "" {
		t.Errorf("%+v", detail.Terms)
	}
	client.As("centre").Post(cancel, nil).Refused(http.StatusNotFound, "service_term.not_found")
	var parties struct{ Items []place.PartyRow }
	client.As("centre").Get("/api/v1/handling-parties?kind=utility_company").OK(&parties)
	if len(parties.Items) != 5 {
		t.Errorf("%+v", parties)
	}
	party := "/api/v1/handling-parties/" + strconv.FormatInt(parties.Items[0].ID, 10)
	client.As("centre").Do("PATCH", party, map[string]any{"phone24": "none"}).Refused(http.StatusUnprocessableEntity, "request.bad_phone")
	client.As("centre").Do("PATCH", party, map[string]any{"phone24": "0379-06001111"}).OK(nil)
}
