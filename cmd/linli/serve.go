package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"linli/api"
	"linli/models"
	"linli/pwa"
)

func serveDemo(ctx context.Context, p program, arguments []string) error {
	p.config.Demo = true
	return serve(ctx, p, arguments)
}

// serve answers until it is told to stop. The port is taken first, so that a second copy fails before it touches the
// data; requests wait in the kernel's queue until the house is open.
func serve(ctx context.Context, p program, _ []string) error {
	if err := p.config.checkServing(); err != nil {
		return err
	}
	beside := noteServing(p.config)
	defer beside.leave()
	listener, err := listen(p.config)
	if errors.Is(err, syscall.EADDRINUSE) {
		return portTaken(p.config, beside.other)
	}
	if err != nil {
		return err
	}
	defer listener.Close()
	if beside.other != "" {
		p.log.Warn("another Linli already runs with this data directory", "data_dir", p.config.DataDir, "its_address", beside.other)
	}
	p.config.Addr = listener.Addr().String() // port 0 asks the system for a free one
	beside.at(p.config.Addr)
	h, err := openHouse(ctx, p)
	if err != nil {
		return err
	}
	h.copy = newCopyWatch(p)
	defer h.copy.stop() // when the house is closed and nothing is written any more
	defer h.close()
	h.copy.start()
	if err := h.prepareDemo(ctx, p); err != nil {
		return err
	}
	return h.serveOn(ctx, p, listener)
}

// checkServing is what only a server needs.
func (c Config) checkServing() error {
	if c.copied() {
		if _, err := c.copyRecipients(); err != nil {
			return err
		}
	}
	if c.SMSProvider == "" && !c.Demo {
		return errors.New("LINLI_SMS_PROVIDER is not set: nobody could sign in by phone.\n" +
			"Set LINLI_SMS_PROVIDER=http with LINLI_SMS_URL and LINLI_SMS_KEY, or try the demo county with LINLI_DEMO=1")
	}
	return nil
}

// serveOn runs the server and the jobs until ctx ends or the system says stop.
func (h *house) serveOn(ctx context.Context, p program, listener net.Listener) error {
	server := api.New(h.apiConfig(), h.uses())
	runner := newJobRunner(h.db, p.log)
	server.Registry().MustRegister(runner.runs, h.blobs.took, h.watch, &ledgerMetrics{standing: h.watch.standing, now: time.Now}, lastBackupGauge(h.db))
	watching, stopWatching := context.WithCancel(ctx)
	defer stopWatching()
	h.watch.start(watching)
	stopJobs, err := runner.start(ctx, h.jobs())
	if err != nil {
		return err
	}
	defer stopJobs()
	go h.postMessages(ctx, runner)
	go h.scores.KeepMedians(watching)
	defer h.fillDemo(ctx, p, runner)()
	metrics, err := serveMetrics(p.config, server)
	if err != nil {
		return err
	}
	defer metrics.Close()
	if err := h.greet(ctx, p); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
	defer signal.Stop(signals)
	select {
	case err := <-ended:
		return err
	case s := <-signals:
		p.log.Info("stopping", "signal", s.String())
		if s == syscall.SIGTERM {
			h.drain(p, server, signals)
		}
	case <-ctx.Done():
	}
	return shutdown(server, ended)
}

// drain lets a balancer notice that nobody should be sent here any more. A second signal cuts it short.
func (h *house) drain(p program, server *api.Server, signals <-chan os.Signal) {
	server.Leave()
	select {
	case <-time.After(p.config.DrainTime):
	case <-signals:
	}
}

// shutdown waits for the requests under way: Serve returns before they are finished.
func shutdown(server *api.Server, ended <-chan error) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	err := server.Shutdown(ctx)
	return errors.Join(err, <-ended)
}

// listen takes the port, with TLS when there is a certificate.
func listen(c Config) (net.Listener, error) {
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil || c.TLSCert == "" {
		return listener, err
	}
	certificate, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
	if err != nil {
		listener.Close()
		return nil, fmt.Errorf("LINLI_TLS_CERT, LINLI_TLS_KEY: %w", err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	return tls.NewListener(listener, config), nil
}

// serveMetrics answers Prometheus, and those who look for where time and memory go, on a port of its own, which
// strangers should not reach. A profile names functions, never what they worked on.
func serveMetrics(c Config, server *api.Server) (*http.Server, error) {
	inside := http.NewServeMux()
	inside.Handle("/metrics", server.Metrics())
	inside.HandleFunc("/debug/pprof/", pprof.Index)
	inside.HandleFunc("/debug/pprof/profile", pprof.Profile)
	metrics := &http.Server{Handler: inside, ReadHeaderTimeout: 5 * time.Second}
	if c.MetricsAddr == "" {
		return metrics, nil
	}
	listener, err := net.Listen("tcp", c.MetricsAddr)
	if err != nil {
		return nil, fmt.Errorf("LINLI_METRICS_ADDR: %w", err)
	}
	go metrics.Serve(listener)
	return metrics, nil
}

func (h *house) apiConfig() api.Config {
	return api.Config{
		Version:        version,
		County:         h.config.CountyName,
		Demo:           h.config.Demo,
		DemoLogins:     h.demoLogins(),
		DemoFilling:    h.demoFilling.Load,
		PublicURL:      h.config.publicURL(),
		TrustedProxies: h.config.TrustedProxies,
		Copied:         h.config.copied(),
		Files:          pwa.Files(),
		Log:            h.log,
	}
}

// postMessages runs the job of the text messages as soon as one waits: a sign-in code should not sit until the next turn.
func (h *house) postMessages(ctx context.Context, runner *jobRunner) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.people.Posted():
			runner.turn(ctx, h.smsJob(), 0)
		}
	}
}

// greet tells whoever started the program where it is and how to get in.
func (h *house) greet(ctx context.Context, p program) error {
	address := h.config.publicURL()
	if address == "" {
		address = h.config.ownURL()
	}
	here := fmt.Sprintf("邻里 Linli %s: %s\n", version, address)
	if h.config.Demo {
		fmt.Fprint(p.out, here)
		h.greetDemo(p)
		return nil
	}
	if !strings.HasPrefix(address, "https://") {
		p.log.Warn("people reach this server without https: set LINLI_PUBLIC_URL to its https address, or the sign-in cookie is not protected and posters lead nowhere")
	}
	token, err := h.people.MakeSetupToken(ctx)
	switch {
	case models.CodeOf(err) == "setup.done":
		fmt.Fprint(p.out, here)
		return nil
	case models.KindOf(err) == models.Unavailable: // a full disk: what can be read is worth serving
		p.log.Warn("no set-up token could be made now; `linli setup-token` makes one", "err", err)
		fmt.Fprint(p.out, here)
		return nil
	case err != nil:
		return err
	}
	fmt.Fprintf(p.out, "%s还没有管理员。请在 30 分钟内打开 %s/setup，输入一次性口令：\n"+
		"There is no admin yet. Within 30 minutes open %s/setup and enter this one-time token:\n\n    %s\n\n", here, address, address, token)
	return nil
}
