package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"linli/storage/ledger"
)

// ledgerMetrics asks the database how far sealing has come whenever Prometheus asks. A database that is away leaves the
// figures out.
type ledgerMetrics struct {
	standing func(context.Context) (ledger.Standing, error)
	now      func() time.Time
}

var (
	checkpointAge = prometheus.NewDesc("linli_ledger_checkpoint_age_seconds", "Time since the newest signed checkpoint of the ledger; one is signed each hour.", nil, nil)
	ledgerSize    = prometheus.NewDesc("linli_ledger_lines", "Lines of the ledger that have a position.", nil, nil)
	ledgerWaiting = prometheus.NewDesc("linli_ledger_unsealed_lines", "Lines of the ledger that wait for a position.", nil, nil)
)

// Describe is Prometheus's.
func (m *ledgerMetrics) Describe(out chan<- *prometheus.Desc) {
	out <- checkpointAge
	out <- ledgerSize
	out <- ledgerWaiting
}

// Collect is Prometheus's.
func (m *ledgerMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	standing, err := m.standing(ctx)
	if err != nil {
		return
	}
	gauge := func(of *prometheus.Desc, value float64) {
		out <- prometheus.MustNewConstMetric(of, prometheus.GaugeValue, value)
	}
	gauge(ledgerSize, float64(standing.Size))
	gauge(ledgerWaiting, float64(standing.Waiting))
	if standing.Newest != nil {
		gauge(checkpointAge, m.now().Sub(standing.Newest.SignedAt).Seconds())
	}
}
