package api

import (
	"context"

	"linli/models/ledger"
)

// Ledger is what the public routes of the sealed ledger ask of storage.
type Ledger interface {
	Checkpoints(ctx context.Context, before int64) (ledger.CheckpointPage, error)
	Proof(ctx context.Context, leaf string) (ledger.ProofView, error)
	Consistency(ctx context.Context, from, to int64) (ledger.ConsistencyView, error)
}

type checkpointListInput struct {
	Before int64 `query:"before" minimum:"0" doc:"the next of the page before"`
}

type checkpointListAnswer struct{ Body ledger.CheckpointPage }

// checkpointList gives the signed checkpoints of the ledger, the newest first. They are there for everybody to keep.
func (s *Server) checkpointList(ctx context.Context, in *checkpointListInput) (*checkpointListAnswer, error) {
	page, err := s.uses.Ledger.Checkpoints(ctx, in.Before)
	return &checkpointListAnswer{Body: page}, err
}

type proofShowInput struct {
	Leaf string `path:"leaf" pattern:"^[0-9a-f]{64}$"`
}

type proofShowAnswer struct{ Body ledger.ProofView }

// proofShow proves to whoever holds a leaf that its line stands in the ledger.
func (s *Server) proofShow(ctx context.Context, in *proofShowInput) (*proofShowAnswer, error) {
	view, err := s.uses.Ledger.Proof(ctx, in.Leaf)
	return &proofShowAnswer{Body: view}, err
}

type consistencyShowInput struct {
	From int64 `query:"from" minimum:"1" required:"true"`
	To   int64 `query:"to" minimum:"1" required:"true"`
}

type consistencyShowAnswer struct{ Body ledger.ConsistencyView }

// consistencyShow proves that the ledger of a later checkpoint begins with that of an earlier one; both are named by size.
func (s *Server) consistencyShow(ctx context.Context, in *consistencyShowInput) (*consistencyShowAnswer, error) {
	view, err := s.uses.Ledger.Consistency(ctx, in.From, in.To)
	return &consistencyShowAnswer{Body: view}, err
}
