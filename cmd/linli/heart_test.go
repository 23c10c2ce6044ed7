package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"

	"linli/api"
	"linli/api/apitest"
	"linli/models"
	"linli/models/place"
	"linli/storage"
	"linli/storage/people"
	"linli/storage/storagetest"
)

const testPassword = "ein gutes Wort 2026"

// world is the whole program without its port: real stores, a small county, and a client for each person in it.
type world struct {
	storagetest.County
	t      *testing.T
	house  *house
	anyone *apitest.Client
	ids    int
	apps   map[int64]string // what the authenticator apps of those with a second factor hold
}

// eachWorld runs f on SQLite with a directory and on Postgres with an S3 server.
func eachWorld(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Run("sqlite+directory", func(t *testing.T) { f(t, newWorld(t, Config{DataDir: t.TempDir()})) })
	t.Run("postgres+s3", func(t *testing.T) {
		c := Config{DataDir: t.TempDir(), DatabaseURL: storagetest.Migrated(t)}
		c.S3Endpoint = os.Getenv("LINLI_TEST_S3_ENDPOINT")
		if c.S3Endpoint == "" {
			if os.Getenv("LINLI_TEST_REQUIRED") != "" {
				t.Fatal("LINLI_TEST_S3_ENDPOINT is not set, and LINLI_TEST_REQUIRED says that it must be")
			}
			t.Skip("LINLI_TEST_S3_ENDPOINT is not set")
		}
		c.S3Bucket = "heart-" + strings.ToLower(hex.EncodeToString([]byte(t.Name()))[:20])
		c.S3AccessKey, c.S3SecretKey = os.Getenv("LINLI_TEST_S3_ACCESS_KEY"), os.Getenv("LINLI_TEST_S3_SECRET_KEY")
		c.SecretKeys = "test:" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
		f(t, newWorld(t, c))
	})
}

func newWorld(t *testing.T, c Config) *world {
	t.Helper()
	return newWorldWithLog(t, c, slog.New(slog.DiscardHandler))
}

func newWorldWithLog(t *testing.T, c Config, log *slog.Logger) *world {
	t.Helper()
	c.SMSProvider, c.SMSURL, c.SMSKey = "http", "https://sms.example.cn/", "0123456789abcdef" // no job runs, so nothing is sent
	h := openedHouse(t, c, log)
	w := &world{t: t, house: h, apps: map[int64]string{}}
	w.County = storagetest.SmallCounty(t, h.db)
	hash := people.HashPassword(testPassword)
	err := h.db.Write(t.Context(), func(tx storage.Tx) error {
		return tx.DB().Table("accounts").Where("1 = 1").Updates(map[string]any{"password_hash": hash}).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	w.anyone = clientOf(t, h)
	return w
}

// openedHouse is the program without a port, closed at the end of the test.
func openedHouse(t *testing.T, c Config, log *slog.Logger) *house {
	t.Helper()
	h, err := openHouse(t.Context(), program{config: c, log: log, logs: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	return h
}

func clientOf(t *testing.T, h *house) *apitest.Client {
	return apitest.New(t, api.New(api.Config{Limits: generous, Log: h.log}, h.uses()))
}

// generous limits: these tests are about rights and states; limits have their own.
var generous = api.Limits{Address: api.Allowance{Burst: 1e6, PerMinute: 1e6}, Account: api.Allowance{Burst: 1e6, PerMinute: 1e6}}

// as signs a person in and gives his client.
func (w *world) as(a models.Actor) *apitest.Client { return w.anyone.As(w.tokenOf(a)) }

// tokenOf signs a person in.
func (w *world) tokenOf(a models.Actor) string {
	w.t.Helper()
	var phone string
	err := w.house.db.Read(w.t.Context(), func(tx storage.Tx) error {
		return tx.DB().Table("accounts").Where("id = ?", a.AccountID).Pluck("phone", &phone).Error
	})
	if err != nil {
		w.t.Fatal(err)
	}
	var session struct {
		AccessToken string `json:"access_token"`
	}
	first := w.anyone.Post("/api/v1/session", map[string]any{"phone": phone, "password": testPassword})
	w.secondStep(first, a.AccountID).OK(&session)
	return session.AccessToken
}

func (w *world) clientID() string {
	w.ids++
	return fmt.Sprintf("10000000-0000-4000-8000-%012d", w.ids)
}

// picture is a JPEG that no other call makes.
func (w *world) picture() []byte {
	w.ids++
	img := image.NewRGBA(image.Rect(0, 0, 240, 180))
	for y := range 180 {
		for x := range 240 {
			img.Set(x, y, color.RGBA{uint8(x), uint8(y * 2), uint8(w.ids * 37), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		w.t.Fatal(err)
	}
	return b.Bytes()
}

type claim map[string]any

func (w *world) claim(picture []byte, kind string) claim {
	sum := sha256.Sum256(picture)
	return claim{"client_id": w.clientID(), "sha256": hex.EncodeToString(sum[:]), "kind": kind, "bytes": len(picture)}
}

// put sends a photo's bytes.
func put(c *apitest.Client, of claim, picture []byte) apitest.Answer {
	return c.With("Content-Type", "image/jpeg").With("X-Content-SHA256", of["sha256"].(string)).Do("PUT", "/api/v1/photos/"+of["client_id"].(string), picture)
}

type ticketJSON struct {
	ID      int64    `json:"id"`
	Number  string   `json:"number"`
	State   string   `json:"state"`
	Version int64    `json:"version"`
	Closing int64    `json:"closing"`
	Actions []string `json:"actions"`
	You     string   `json:"you"`
	Photos  []struct {
		ID     int64  `json:"id"`
		Kind   string `json:"kind"`
		Status string `json:"status"`
	} `json:"photos"`
	DoneWaiting bool   `json:"done_waiting_photos"`
	QueryCode   string `json:"query_code"`
	Receipt     struct {
		Leaf       string `json:"leaf"`
		Position   *int64 `json:"position"`
		Checkpoint *struct {
			Number int64 `json:"number"`
			Size   int64 `json:"size"`
		} `json:"checkpoint"`
	} `json:"receipt"`
}

type filedJSON struct {
	Ticket        ticketJSON `json:"ticket"`
	PhotosMissing []string   `json:"photos_missing"`
}

func path(id int64, rest string) string { return fmt.Sprintf("/api/v1/tickets/%d%s", id, rest) }

func (w *world) filing(category, text string) map[string]any {
	return map[string]any{"client_id": w.clientID(), "category": category, "text": text, "building_id": w.Building.ID}
}

// TestTheHeart is the main job over HTTP: report, answer, proof, rating, score. Every answer is also held against the
// OpenAPI document by the client.
func TestTheHeart(t *testing.T) { eachWorld(t, mainJob) }

func mainJob(t *testing.T, w *world) {
	resident, staff := w.as(w.Resident), w.as(w.Staff)
	before, after := w.picture(), w.picture()

	body, beforeClaim := w.filing("REP-01", "三楼楼道灯不亮"), w.claim(before, "before")
	body["photos"] = []claim{beforeClaim}
	var filed filedJSON
	resident.Post("/api/v1/tickets", body).Want(201).OK(&filed)
	if len(filed.PhotosMissing) != 1 || filed.Ticket.State != "dispatched" {
		t.Fatalf("%+v", filed)
	}
	put(resident, beforeClaim, before).Want(201)
	put(resident, beforeClaim, before).Want(200)
	resident.Post("/api/v1/tickets", body).Want(200).OK(&filed)
	if len(filed.PhotosMissing) != 0 {
		t.Errorf("still missing %v", filed.PhotosMissing)
	}
	id := filed.Ticket.ID

	var seen ticketJSON
	staff.Get(path(id, "")).OK(&seen)
	staff.Post(path(id, "/moves"), map[string]any{"action": "acknowledge", "version": seen.Version}).OK(&seen)
	staff.Post(path(id, "/messages"), map[string]any{"client_id": w.clientID(), "text": "师傅今天下午三点上门更换"}).OK(nil)
	afterClaim := w.claim(after, "after")
	done := map[string]any{"client_id": w.clientID(), "result": "已更换感应灯", "photos": []claim{afterClaim}}
	staff.Post(path(id, "/done"), done).OK(&filed)
	if filed.Ticket.State == "done_pending_confirm" || !filed.Ticket.DoneWaiting {
		t.Errorf("done without its proof: %+v", filed.Ticket)
	}
	resident.Post(path(id, "/confirmations"), map[string]any{"client_id": w.clientID(), "closing": 1, "level": 5}).Refused(409, "ticket.wrong_state")
	put(staff, afterClaim, after).Want(201)
	resident.Get(path(id, "")).OK(&seen)
	if seen.State != "done_pending_confirm" || seen.Closing != 1 || len(seen.Photos) != 2 {
		t.Fatalf("%+v", seen)
	}

	estate := fmt.Sprintf("/api/v1/estates/%d/score", w.Estate.ID)
	var earlier, later struct {
		T *int64 `json:"t"`
	}
	// One pair of eyes: the centre sees ratings before they are released, a resident does not.
	w.as(w.Officer).Get(estate).OK(&earlier)
	resident.Post(path(id, "/confirmations"), map[string]any{"client_id": w.clientID(), "closing": 1, "level": 5, "text": "很快"}).OK(&seen)
	if seen.State != "closed" {
		t.Errorf("state %s", seen.State)
	}
	w.as(w.Officer).Get(estate).OK(&later)
	if earlier.T == nil || later.T == nil || *later.T <= *earlier.T {
		t.Errorf("the score did not rise: %v to %v", show(earlier.T), show(later.T))
	}
	resident.Get(estate + "/explanation").OK(nil).Tells(filed.Ticket.Number)
}

func show(n *int64) string {
	if n == nil {
		return "none"
	}
	return fmt.Sprint(*n)
}

// TestWhoLearnsWhat files one complaint with canaries in it and looks for them in everybody's answers.
func TestWhoLearnsWhat(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		resident := w.as(w.Resident)
		picture := w.picture()
		listed := w.claim(picture, "before")
		body := w.filing("SVC-01", "我是赵桂兰，电话13800138000，门岗没人")
		body["unit_id"], body["photos"] = w.Home.ID, []claim{listed}
		var filed filedJSON
		resident.Post("/api/v1/tickets", body).OK(&filed)
		put(resident, listed, picture).OK(nil)
		id := filed.Ticket.ID
		resident.Post(path(id, "/messages"), map[string]any{"client_id": w.clientID(), "text": "请打13800138000联系我"}).OK(nil)
		resident.Get(path(id, "")).OK(&filed.Ticket)
		photo := fmt.Sprintf("/api/v1/photos/%d", filed.Ticket.Photos[0].ID)

		if len(filed.Ticket.Receipt.Leaf) != 64 {
			t.Fatalf("the receipt has no leaf: %+v", filed.Ticket)
		}
		own := []string{"13800138000", body["client_id"].(string), filed.Ticket.QueryCode, filed.Ticket.Receipt.Leaf}
		resident.Get(path(id, "")).Tells(own...)
		must := append(own, "13800138000", "1380379", w.Home.Name+`"`, `"reporter":`)
		staff := w.as(w.Staff)
		for _, ask := range []string{path(id, ""), "/api/v1/tickets?box=desk", "/api/v1/tickets?box=all", fmt.Sprintf("/api/v1/estates/%d/score/explanation", w.Estate.ID)} {
			staff.Get(ask).OK(nil).Lacks(must...)
		}
		staff.Get(photo).Want(200).Lacks("Exif", listed["client_id"].(string))

		station := w.as(w.StationStaff)
		station.Get(path(id, "")).OK(nil).Tells(`"reporter":`, "****").Lacks(own[1:]...)

		for name, outsider := range map[string]models.Actor{"neighbour": w.Neighbour, "rival": w.RivalStaff, "steward": w.Steward, "another station": w.OtherStationStaff} {
			c := w.as(outsider)
			absent := c.Get(path(id+100_000, "")).Want(404)
			hidden := c.Get(path(id, "")).Want(404)
			if a, b := withoutRequestID(absent.Body), withoutRequestID(hidden.Body); a != b {
				t.Errorf("%s can tell a hidden ticket from an absent one:\n%s\n%s", name, a, b)
			}
			c.Get(photo).Want(404)
			c.Get("/api/v1/tickets?box=all").OK(nil).Lacks(filed.Ticket.Number)
			for _, act := range []string{"/messages", "/confirmations", "/send-backs", "/reads", "/moves"} {
				answer := c.Post(path(id, act), bodyFor(act, w.clientID()))
				if answer.Code != 404 {
					t.Errorf("%s posts to %s: %d %s", name, act, answer.Code, answer.Body)
				}
			}
		}
	})
}

func bodyFor(act, clientID string) map[string]any {
	switch act {
	case "/messages":
		return map[string]any{"client_id": clientID, "text": "x"}
	case "/confirmations":
		return map[string]any{"client_id": clientID, "closing": 1}
	case "/send-backs":
		return map[string]any{"client_id": clientID, "closing": 1, "reason": "x"}
	case "/reads":
		return map[string]any{"up_to": 1}
	}
	return map[string]any{"action": "withdraw"}
}

func withoutRequestID(b []byte) string {
	before, after, _ := strings.Cut(string(b), `"request_id":"`)
	_, after, _ = strings.Cut(after, `"`)
	return before + after
}

// TestPhotosFollowTheirTicket: nobody gets at a photo by its id alone, and nobody fills another's manifest.
func TestPhotosFollowTheirTicket(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		resident, neighbour := w.as(w.Resident), w.as(w.Neighbour)
		picture := w.picture()
		listed := w.claim(picture, "before")
		body := w.filing("REP-01", "灯不亮")
		body["photos"] = []claim{listed}
		resident.Post("/api/v1/tickets", body).OK(nil)
		put(neighbour, listed, picture).Refused(404, "photo.not_listed")
		put(resident, listed, w.picture()).Refused(422, "photo.hash_mismatch")
		put(resident, listed, picture).Want(201)
		w.anyone.Get("/api/v1/photos/1").Want(401)

		fake := []byte("<svg xmlns='http://www.w3.org/2000/svg'/>")
		lie := w.claim(fake, "before")
		body = w.filing("REP-01", "灯又不亮")
		body["photos"] = []claim{lie}
		resident.Post("/api/v1/tickets", body).OK(nil)
		put(resident, lie, fake).Refused(415, "photo.not_a_photo")
	})
}

// TestAStaleScreenIsTold: the second to act on one version is refused and told what the state is now.
func TestAStaleScreenIsTold(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		var filed filedJSON
		w.as(w.Resident).Post("/api/v1/tickets", w.filing("REP-01", "灯不亮")).OK(&filed)
		staff := w.as(w.Staff)
		move := map[string]any{"action": "acknowledge", "version": filed.Ticket.Version}
		staff.Post(path(filed.Ticket.ID, "/moves"), move).OK(nil)
		p := staff.Post(path(filed.Ticket.ID, "/moves"), move).Refused(409, "ticket.changed_meanwhile")
		if p.Params["state"] != "acknowledged" {
			t.Errorf("told %v", p.Params)
		}
	})
}

// TestARightTakenAwayIsGone: the token still says staff, the database does not.
func TestARightTakenAwayIsGone(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		var filed filedJSON
		w.as(w.Resident).Post("/api/v1/tickets", w.filing("REP-01", "灯不亮")).OK(&filed)
		staff := w.as(w.Staff)
		staff.Get(path(filed.Ticket.ID, "")).Want(200)
		membership := w.Staff.Held[0].MembershipID
		w.as(w.Officer).Post(fmt.Sprintf("/api/v1/memberships/%d/end", membership), map[string]any{"reason": "离职"}).OK(nil)
		staff.Get(path(filed.Ticket.ID, "")).Want(404)
	})
}

// TestHandOverOverHTTP: the contract goes to another company today, and with it the open tickets.
func TestHandOverOverHTTP(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		var filed filedJSON
		w.as(w.Resident).Post("/api/v1/tickets", w.filing("REP-01", "灯不亮")).OK(&filed)
		var today models.Date
		w.house.db.Read(t.Context(), func(tx storage.Tx) error { today = tx.Today(); return nil })
		w.as(w.Officer).Post(fmt.Sprintf("/api/v1/estates/%d/service-terms", w.Estate.ID), map[string]any{
			"handling_party_id": w.Rival.ID, "service_mode": place.ModeProfessional, "valid_from": today,
		}).OK(nil)
		w.as(w.RivalStaff).Get(path(filed.Ticket.ID, "")).Want(200)
		w.as(w.Staff).Get(path(filed.Ticket.ID, "")).Want(404)
		w.as(w.RivalStaff).Post(fmt.Sprintf("/api/v1/estates/%d/service-terms", w.Estate.ID), map[string]any{
			"handling_party_id": w.Operator.ID, "service_mode": place.ModeProfessional, "valid_from": today,
		}).Want(403)
	})
}
