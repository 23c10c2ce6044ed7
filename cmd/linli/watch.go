package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	rules "linli/models/ticket"
	"linli/storage"
	"linli/storage/ledger"
	"linli/storage/ticket"
)

// watch looks after the house every few seconds and remembers what it saw, so that neither a scrape nor a balancer's
// question ever asks the database. Every copy of the program looks for itself: what it says is what this copy can reach.
type watch struct {
	house   *house
	jobs    []job
	log     *slog.Logger
	started time.Time
	last    atomic.Pointer[sighting]
}

// sighting is what one look saw. What could not be seen is missing, and err says why.
type sighting struct {
	at              time.Time
	database        time.Duration // how long it took to answer; negative when it did not
	photos          time.Duration
	queue           *ticket.Queue
	outgoing        []storage.Outgoing
	lastSuccess     map[string]time.Time
	latePhotos      int64
	ledger          *ledger.Standing
	leases, outbox  bool // whether they were read
	latePhotosKnown bool
}

const (
	watchEvery = 15 * time.Second
	watchLimit = 10 * time.Second // of each question
	staleAfter = 2 * time.Minute  // what was seen before that is no longer shown
	// latePhotoAge is when a photo that a record lists counts as missing.
	latePhotoAge = 24 * time.Hour
	// lateMessageAge is when a text message that still waits is a fault: a sign-in code is worth five minutes.
	lateMessageAge = 10 * time.Minute
)

func newWatch(h *house) *watch {
	return &watch{house: h, jobs: h.jobs(), log: h.log, started: time.Now()}
}

// start looks once, soon again when the jobs have had their first turn, and then again and again until ctx ends.
func (w *watch) start(ctx context.Context) {
	w.look(ctx)
	go func() {
		for wait := 3 * time.Second; ; wait = watchEvery {
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
				w.look(ctx)
			}
		}
	}()
}

// look asks everything once. A question that fails leaves its figures out, and the rest is asked all the same.
func (w *watch) look(ctx context.Context) {
	s := &sighting{}
	s.database = w.timed(ctx, "database", w.house.PingDatabase)
	s.photos = w.timed(ctx, "photos", w.house.PingPhotos)
	if s.database >= 0 {
		w.timed(ctx, "queue", func(ctx context.Context) error {
			queue, err := w.house.tickets.Queue(ctx)
			if err == nil {
				s.queue = &queue
			}
			return err
		})
		s.outbox = w.timed(ctx, "outbox", func(ctx context.Context) (err error) {
			s.outgoing, err = w.house.db.Outgoing(ctx)
			return err
		}) >= 0
		s.leases = w.timed(ctx, "jobs", func(ctx context.Context) (err error) {
			s.lastSuccess, err = lastSuccesses(ctx, w.house.db)
			return err
		}) >= 0
		w.timed(ctx, "ledger", func(ctx context.Context) error {
			standing, err := w.house.ledger.Standing(ctx)
			if err == nil {
				s.ledger = &standing
			}
			return err
		})
		s.latePhotosKnown = w.timed(ctx, "late photos", func(ctx context.Context) (err error) {
			s.latePhotos, err = w.house.photos.LatePhotos(ctx, latePhotoAge)
			return err
		}) >= 0
	}
	s.at = time.Now()
	w.last.Store(s)
}

// timed asks one question within its limit and tells how long the answer took, negative when there was none.
func (w *watch) timed(ctx context.Context, what string, ask func(context.Context) error) time.Duration {
	ctx, cancel := context.WithTimeout(ctx, watchLimit)
	defer cancel()
	started := time.Now()
	err := recovered(func() error { return ask(ctx) })
	if err == nil {
		return time.Since(started)
	}
	if !errors.Is(err, context.Canceled) {
		w.log.Warn("watch got no answer", "from", what, "err", err)
	}
	return -1
}

// recovered turns a panic into an error: nobody else would catch it here, and it would end the program.
func recovered(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}

func lastSuccesses(ctx context.Context, l leases) (map[string]time.Time, error) {
	all, err := l.Leases(ctx)
	last := map[string]time.Time{}
	for _, lease := range all {
		if lease.LastSucceededAt != nil {
			last[lease.Name] = *lease.LastSucceededAt
		}
	}
	return last, err
}

// standing is the ledger's, as it was last seen.
func (w *watch) standing(context.Context) (ledger.Standing, error) {
	s := w.last.Load()
	if s == nil || s.ledger == nil || time.Since(s.at) > staleAfter {
		return ledger.Standing{}, errors.New("not seen")
	}
	return *s.ledger, nil
}

// Behind is for /readyz.
func (w *watch) Behind() (parts []string) {
	s := w.last.Load()
	if s == nil {
		return nil
	}
	for _, j := range w.jobs {
		if s.leases && w.age(s, j) > j.late() {
			parts = append(parts, "jobs")
			break
		}
	}
	for _, o := range s.outgoing {
		if o.Kind == smsKind && time.Since(o.Oldest) > lateMessageAge {
			parts = append(parts, "messages")
		}
	}
	return parts
}

// age is how long ago a job last went well; for one that never did, how long this copy has been waiting for it.
func (w *watch) age(s *sighting, j job) time.Duration {
	if last, known := s.lastSuccess[j.name]; known {
		return time.Since(last)
	}
	return time.Since(w.started)
}

// smsKind is the outbox's word for text messages.
const smsKind = "sms"

// ── What Prometheus sees ─────────────────────────────────────────────────────────────────────────────────────────────

func figure(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

var (
	watchAge       = figure("linli_watch_age_seconds", "How long ago this copy last looked after itself; the figures below are of that moment.")
	databaseUp     = figure("linli_database_up", "1 when the database answered.")
	databasePing   = figure("linli_database_ping_seconds", "How long the database took to answer.")
	connections    = figure("linli_database_connections", "Connections to the database, by what they do.", "pool", "state")
	connectionsMax = figure("linli_database_connections_limit", "How many there may be.", "pool")
	waits          = figure("linli_database_waits_total", "How often somebody had to wait for a connection.", "pool")
	waited         = figure("linli_database_waited_seconds_total", "How long they waited, together.", "pool")
	photosUp       = figure("linli_photo_store_up", "1 when the photo store answered.")
	photosPing     = figure("linli_photo_store_ping_seconds", "How long the photo store took to answer.")
	photosLate     = figure("linli_photos_late", "Photos that a record lists and whose bytes have not come for a day.")
	ticketsOpen    = figure("linli_tickets_open", "Tickets with which somebody still has to do something.")
	ticketsOverdue = figure("linli_tickets_overdue", "Open tickets whose deadline has passed, by what is owed and the highest level that was told.", "owed", "level")
	ticketsWaiting = figure("linli_tickets_unacknowledged_age_seconds", "How long ago the oldest deadline to acknowledge passed without an answer; 0 when there is none.")
	outboxWaiting  = figure("linli_outbox_waiting", "Effects that wait to leave the program.", "kind")
	outboxAge      = figure("linli_outbox_oldest_age_seconds", "How long the oldest of them has waited; 0 when none waits.", "kind")
	outboxAttempts = figure("linli_outbox_attempts", "How often the one that was tried most has been tried.", "kind")
	jobAge         = figure("linli_job_last_success_age_seconds", "How long ago a job last went well, in any copy; for one that never did, how long this copy has waited for it.", "name")
	jobLate        = figure("linli_job_late_seconds", "The age at which that is too long.", "name")
	buildInfo      = figure("linli_build_info", "Always 1; what runs here.", "version", "database", "photos")
)

// levelNames are the levels that look after what is overdue, the party itself first.
var levelNames = map[rules.Level]string{
	0: "party", rules.LevelStation: "station", rules.LevelTown: "town", rules.LevelCenter: "center", rules.LevelLeadingGroup: "leading_group",
}

// Describe sends nothing: which figures there are depends on what could be seen.
func (w *watch) Describe(chan<- *prometheus.Desc) {}

// Collect tells what was last seen, and how busy the connections are now.
func (w *watch) Collect(out chan<- prometheus.Metric) {
	tell := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	tell(buildInfo, 1, version, w.house.db.Dialect(), w.house.config.photosKind())
	for _, p := range w.house.db.Pools() {
		tell(connections, float64(p.Busy), p.Name, "busy")
		tell(connections, float64(p.Idle), p.Name, "idle")
		tell(connectionsMax, float64(p.Limit), p.Name)
		out <- prometheus.MustNewConstMetric(waits, prometheus.CounterValue, float64(p.Waits), p.Name)
		out <- prometheus.MustNewConstMetric(waited, prometheus.CounterValue, p.Waited.Seconds(), p.Name)
	}
	w.house.copy.tell(tell)
	s := w.last.Load()
	if s == nil {
		return
	}
	tell(watchAge, time.Since(s.at).Seconds())
	if time.Since(s.at) < staleAfter {
		w.tellSighting(s, tell)
	}
}

func (w *watch) tellSighting(s *sighting, tell func(*prometheus.Desc, float64, ...string)) {
	tell(databaseUp, up(s.database))
	tell(photosUp, up(s.photos))
	if s.database >= 0 {
		tell(databasePing, s.database.Seconds())
	}
	if s.photos >= 0 {
		tell(photosPing, s.photos.Seconds())
	}
	if q := s.queue; q != nil {
		tell(ticketsOpen, float64(q.Open))
		for owed, n := range q.Overdue {
			tell(ticketsOverdue, float64(n), string(owed.Step), levelNames[owed.Level])
		}
		tell(ticketsWaiting, since(q.Unacknowledged))
	}
	if s.latePhotosKnown {
		tell(photosLate, float64(s.latePhotos))
	}
	if s.outbox {
		tellOutbox(s.outgoing, tell)
	}
	for _, j := range w.jobs {
		tell(jobLate, j.late().Seconds(), j.name)
		if s.leases {
			tell(jobAge, w.age(s, j).Seconds(), j.name)
		}
	}
}

// tellOutbox says 0 of text messages when none waits: a line that is not there raises no alarm.
func tellOutbox(outgoing []storage.Outgoing, tell func(*prometheus.Desc, float64, ...string)) {
	byKind := map[string]storage.Outgoing{smsKind: {}}
	for _, o := range outgoing {
		byKind[o.Kind] = o
	}
	for kind, o := range byKind {
		tell(outboxWaiting, float64(o.Waiting), kind)
		tell(outboxAge, since(o.Oldest), kind)
		tell(outboxAttempts, float64(o.Attempts), kind)
	}
}

func up(took time.Duration) float64 {
	if took < 0 {
		return 0
	}
	return 1
}

// since is the age of a moment in seconds; 0 of no moment.
func since(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return max(0, time.Since(t).Seconds())
}
