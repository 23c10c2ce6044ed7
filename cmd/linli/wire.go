package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"time"

	"linli/api"
	"linli/models"
	photos "linli/models/photo"
	"linli/storage"
	"linli/storage/ledger"
	"linli/storage/outbound"
	"linli/storage/people"
	"linli/storage/photo"
	"linli/storage/place"
	"linli/storage/score"
	"linli/storage/seed"
	"linli/storage/ticket"
)

// house is the program with its doors closed: every store, wired to the others.
type house struct {
	demoFilling atomic.Bool // the demo's history is still being made

	config  Config
	log     *slog.Logger
	logs    io.Writer // what a person of the demo reads beside the log
	db      *storage.DB
	blobs   *timedBlobs
	keys    []secretKey
	tokens  *api.AccessTokens
	photos  *photo.Store
	people  *people.Store
	places  *place.Store
	tickets *ticket.Store
	scores  *score.Store
	ledger  *ledger.Store
	watch   *watch
	copy    *copyWatch // nil where no continuous copy is kept
}

// openHouse opens the database and the photo store, wires the stores, and writes what every county starts with.
func openHouse(ctx context.Context, p program) (_ *house, err error) {
	c := p.config
	h := &house{config: c, log: p.log, logs: p.logs}
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	if h.keys, err = tokenKeys(c, time.Now()); err != nil {
		return nil, err
	}
	if h.db, err = storage.Open(ctx, storage.Options{URL: c.DatabaseURL, Dir: c.DataDir, Copied: c.copied()}); err != nil {
		return nil, err
	}
	blobs, err := openBlobs(c)
	if err != nil {
		return nil, err
	}
	h.blobs = newTimedBlobs(blobs)
	if err = h.wire(ctx); err != nil {
		return nil, err
	}
	h.watch = newWatch(h)
	return h, h.seed(ctx)
}

func openBlobs(c Config) (storage.Blobs, error) {
	if c.S3Endpoint == "" {
		return storage.OpenDiskBlobs(filepath.Join(c.DataDir, "photos"))
	}
	return storage.OpenS3Blobs(storage.S3Options{
		Endpoint:  c.S3Endpoint,
		Bucket:    c.S3Bucket,
		AccessKey: c.S3AccessKey,
		SecretKey: c.S3SecretKey,
		Region:    c.S3Region,
		Secure:    c.S3TLS,
	})
}

// wire makes the stores. A store that must act inside another's transaction is handed to it here.
func (h *house) wire(ctx context.Context) error {
	phoneKey, err := h.db.LastingKey(ctx, "phone")
	if err != nil {
		return err
	}
	codeKey, err := h.db.LastingKey(ctx, "query-code")
	if err != nil {
		return err
	}
	sms, err := openSMS(h.config, h.logs)
	if err != nil {
		return err
	}
	if h.people, err = people.New(h.db, people.Options{Key: phoneKey, Demo: h.config.Demo, SMS: sms}); err != nil {
		return err
	}
	if h.tokens, err = openTokens(h.keys); err != nil {
		return err
	}
	h.photos = photo.New(h.db, h.blobs, photo.Hooks{
		Sees:    ticket.MaySee,
		Kept:    ticket.KeptPhoto,
		Stored:  func(tx storage.Tx, p photos.Photo) error { return h.tickets.PhotoStored(tx, p) },
		Refused: func(tx storage.Tx, p photos.Photo) error { return h.tickets.PhotoRefused(tx, p) },
	})
	calls, err := openCalls(h.config, h.log, sms)
	if err != nil {
		return err
	}
	h.tickets = ticket.New(h.db, h.photos, codeKey).WithDailyLimit(h.config.FilingsPerDay).WithCalls(calls)
	h.places = place.New(h.db, place.Options{OnHandOver: h.handOver, PublicURL: h.config.publicURL()})
	h.scores = score.New(h.db)
	h.ledger, err = h.openLedger(ctx)
	return err
}

// openLedger wires the sealed ledger. Its key is given, or made once and kept in the database, so that all copies sign alike.
func (h *house) openLedger(ctx context.Context) (*ledger.Store, error) {
	var signer *ledger.Signer
	var err error
	if h.config.LedgerKey != "" {
		signer, err = ledger.NewSigner(h.config.LedgerKey)
	} else {
		var seed []byte
		if seed, err = h.db.LastingKey(ctx, "ledger"); err == nil {
			signer, err = ledger.SignerOf(seed)
		}
	}
	if err != nil {
		return nil, err
	}
	client, err := openOutbound(h.config)
	if err != nil {
		return nil, err
	}
	return ledger.New(h.db, ledger.Options{Signer: signer, Folder: h.config.CheckpointDir, URL: h.config.CheckpointURL, Client: client})
}

func openTokens(keys []secretKey) (*api.AccessTokens, error) {
	var named []api.TokenKey
	for _, k := range keys {
		named = append(named, api.TokenKey{ID: k.ID, Key: k.Key})
	}
	return api.NewAccessTokens(named, nil)
}

// handOver lets open tickets follow an estate to its new party, in the transaction that gives it away.
func (h *house) handOver(tx storage.Tx, estate int64, _ models.Date) error {
	_, err := h.tickets.HandOver(tx, estate)
	return err
}

// openSMS is nil where nobody set a provider; checkServing does not let a server start like that outside the demo.
func openSMS(c Config, logs io.Writer) (people.SMS, error) {
	switch {
	case c.SMSProvider == "http":
		client, err := openOutbound(c)
		if err != nil {
			return nil, err
		}
		return outbound.NewGateway("sms gateway", "LINLI_SMS", c.SMSURL, []byte(c.SMSKey), client)
	case c.Demo:
		return &people.LogSMS{Out: logs}, nil
	}
	return nil, nil
}

// openCalls is how people on duty are called: by a service for calls, else by the one for text messages; in the demo by neither.
func openCalls(c Config, log *slog.Logger, sms people.SMS) (ticket.Calls, error) {
	switch {
	case c.CallURL != "":
		client, err := openOutbound(c)
		if err != nil {
			return nil, err
		}
		return outbound.NewGateway("call gateway", "LINLI_CALL", c.CallURL, []byte(c.CallKey), client)
	case c.SMSProvider == "http":
		return sms, nil
	case c.Demo:
		return &ticket.LogCalls{Log: log}, nil
	}
	return nil, nil
}

// openOutbound makes the client for all that goes to servers of others.
func openOutbound(c Config) (*outbound.Client, error) {
	private, err := outbound.ParsePrivate(c.PrivateNets)
	return outbound.New(outbound.Options{Private: private}), err
}

// seed writes what is missing of divisions, authorities and rules. Copies that start together may get in each other's
// way once; whoever lost finds it all there at the next try.
func (h *house) seed(ctx context.Context) (err error) {
	for range 3 {
		if err = h.db.Write(ctx, seed.All); err == nil {
			return nil
		}
	}
	if models.KindOf(err) == models.Unavailable && h.seeded(ctx) {
		h.log.Warn("the database takes nothing now, perhaps its disk is full; serving what can be read", "err", err)
		return nil
	}
	return err
}

// seeded reports whether an earlier start wrote what every county starts with.
func (h *house) seeded(ctx context.Context) bool {
	_, err := h.tickets.Catalogue(ctx)
	return err == nil
}

func (h *house) close() {
	if h.blobs != nil {
		h.blobs.Close()
	}
	if h.db != nil {
		h.db.Close()
	}
}

// uses is what the API asks of the stores.
func (h *house) uses() api.Uses {
	return api.Uses{
		Tokens:    h.tokens,
		Signer:    h.tokens,
		Actors:    h.people,
		People:    h.people,
		Sessions:  h.people,
		Health:    h,
		Places:    h.places,
		Calendars: h.db,
		Tickets:   h.tickets,
		Photos:    h.photos,
		Scores:    h.scores,
		Ledger:    h.ledger,
	}
}

// PingDatabase is for /readyz.
func (h *house) PingDatabase(ctx context.Context) error { return h.db.Ping(ctx) }

// PingPhotos is for /readyz.
func (h *house) PingPhotos(ctx context.Context) error { return h.blobs.Ping(ctx) }

// Behind is for /readyz.
func (h *house) Behind() []string {
	parts := h.watch.Behind()
	if h.copy.behind() {
		parts = append(parts, "copy")
	}
	return parts
}

// backlogTime is how long a job goes on that finds more than a batch: less than its limit, so that it ends by itself.
const backlogTime = 30 * time.Second

// drained runs a job that takes so many at a time until it finds nothing, so that what piled up while the program stood does not wait for
// as many turns as it has batches. One that somebody is at work on is not counted, so fewer than a batch is not the end.
func drained(batch int, run func(context.Context, int) (int, error)) func(context.Context) (int, error) {
	return func(ctx context.Context) (done int, err error) {
		until := time.Now().Add(backlogTime)
		for {
			n, err := run(ctx, batch)
			if done += n; err != nil || n == 0 || time.Now().After(until) {
				return done, err
			}
		}
	}
}

// jobs is everything that runs by itself.
func (h *house) jobs() []job {
	return []job{
		h.smsJob(),
		{"ticket-silence", "closes as unrated what nobody answered for seven days", 5 * time.Minute, time.Minute, drained(500, h.tickets.CloseSilent)},
		{"callback-lapse", "counts as not made what no office asked a reporter within fourteen days", time.Hour, time.Minute, drained(500, h.tickets.LapseCallbacks)},
		{"suspension-lapse", "lets the clock of a suspended matter run on that nobody reviewed in time", time.Minute, time.Minute, drained(500, h.tickets.LapseSuspensions)},
		{"promise-lapse", "ends the promises that nobody judged within their days", time.Minute, time.Minute, drained(500, h.tickets.LapsePromises)},
		{"ticket-escalate", "reminds parties whose time passes and tells the next level what nobody answers", time.Minute, time.Minute, drained(500, h.tickets.EscalateDue)},
		{"duty-calls", "calls people on duty, one after the other, for matters of life that nobody acknowledges", 15 * time.Second, time.Minute, h.callDuty},
		{"phone-checks", "draws the weeks in which posted phones are called, and hands out the calls whose minute has come", time.Minute, time.Minute, h.places.CheckPhones},
		{"ticket-release", "passes on, at 10:00 and 16:00, what waited for its batch in small buildings", time.Minute, time.Minute, drained(5000, h.tickets.ReleaseDue)},
		{"ticket-joint", "gives a voice to supporters whose residence was approved since, and makes joint what has ten", 5 * time.Minute, time.Minute, drained(500, h.tickets.JoinDue)},
		{"ticket-hand-over", "gives open tickets to the party whose service term began today", 10 * time.Minute, 5 * time.Minute, h.tickets.HandOverDue},
		{"score-priors", "freezes the month's priors", time.Hour, 10 * time.Minute, func(ctx context.Context) (int, error) {
			return 0, h.scores.FreezePriors(ctx)
		}},
		{"score-release", "releases satisfaction of cells with enough households, weekly: the rarer, the less its moment tells", 7 * 24 * time.Hour, 10 * time.Minute, h.scores.ReleaseCells},
		{"people-sweep", "forgets sign-in codes and counters that served their time", time.Hour, time.Minute, func(ctx context.Context) (int, error) {
			return 0, h.people.Sweep(ctx)
		}},
		{"ledger-seal", "gives new lines of the ledger their positions", time.Minute, 5 * time.Minute, h.ledger.SealLines},
		{"ledger-checkpoint", "signs a checkpoint of the ledger each hour, and brings it into the folder", 5 * time.Minute, 5 * time.Minute, h.signLedger},
		{"ledger-post", "sends signed checkpoints to their address", time.Minute, 10 * time.Minute, h.ledger.PostCheckpoints},
	}
}

// callDuty orders the calls that are due, and makes those that were ordered.
func (h *house) callDuty(ctx context.Context) (made int, err error) {
	if _, err := h.tickets.CallDue(ctx, 500); err != nil {
		return 0, err
	}
	return h.tickets.DeliverCalls(ctx)
}

// signLedger brings checkpoints into the folder also where none could be signed: they are wanted there all the more.
func (h *house) signLedger(ctx context.Context) (done int, err error) {
	signed, err := h.ledger.SignCheckpoint(ctx)
	if signed {
		done++
	}
	written, folderErr := h.ledger.WriteFolder(ctx)
	return done + written, errors.Join(err, folderErr)
}

// smsJob is also run as soon as a message waits.
func (h *house) smsJob() job {
	return job{"sms-deliver", "sends the text messages that are due", 10 * time.Second, 2 * time.Minute, h.people.DeliverSMS}
}
