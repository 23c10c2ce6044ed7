// Package demo makes the demo county: a register of 549 service units with invented names, the people in it, and twelve
// months of their tickets, made through the same use-cases that everybody else goes through, under an injected clock
// and an injected source of ids (DECISIONS 25). It is the same on every machine; everything in it is marked as demo.
package demo
