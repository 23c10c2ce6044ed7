package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	asked "linli/models/score"
	"linli/storage"
	"linli/storage/score"
)

// benchStart measures how soon the program is there, what it takes when nobody asks, and how long all scores take.
func benchStart(ctx context.Context, o options) (section, error) {
	s := section{
		Title: "Start, idle memory, all scores",
		How: fmt.Sprintf("On the filled counties of %s tickets. Started five times until `/healthz` answers, median; memory ten seconds later. All scores are what an officer's list asks for: "+
			"every estate's year of tickets, closings and ratings is read and computed anew.", thousands(o.tickets)),
	}
	all, err := places(ctx, o)
	if err != nil {
		return s, err
	}
	for _, p := range all {
		var starts []time.Duration
		var idle int
		for i := range 5 {
			started, err := startProgram(ctx, o, p.Dir, p.URL)
			if err != nil {
				return s, err
			}
			starts = append(starts, started.started)
			if i == 4 {
				time.Sleep(10 * time.Second)
				idle, _ = started.resident()
			}
			started.stop()
		}
		slices.Sort(starts)
		took, units, err := scores(ctx, p)
		if err != nil {
			return s, err
		}
		s.Rows = append(s.Rows,
			row{What: "start to the first answer, " + p.kind, Ours: starts[2].Round(time.Millisecond).String(), Goal: "reported"},
			row{What: "idle memory, " + p.kind, Ours: fmt.Sprint(idle, " MB"), Goal: "reported"},
			row{What: fmt.Sprintf("all scores (%d estates), %s", units, p.kind), Ours: took.Round(time.Millisecond).String(), Goal: "reported"},
		)
	}
	return s, nil
}

func scores(ctx context.Context, p place) (time.Duration, int, error) {
	db, err := storage.Open(ctx, p.Options)
	if err != nil {
		return 0, 0, err
	}
	defer db.Close()
	began := time.Now()
	list, err := score.New(db).Scores(ctx, officer(p.people()), asked.Filter{})
	return time.Since(began), len(list.Items), err
}
