package main

import "context"

func (h *house) greetDemo(context.Context, program) error { return nil }
