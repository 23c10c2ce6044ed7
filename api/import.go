package api

import (
	"context"
	"io"

	"github.com/danielgtaylor/huma/v2"

	"linli/models/place"
)

// registerLimit is the size of the largest register file, in bytes.
const registerLimit = 20 << 20

// The media types of a register file.
const (
	csvType  = "text/csv"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

type importInput struct {
	Upload
	Kind   string `query:"kind" enum:"register" required:"true"`
	DryRun bool   `query:"dry_run"`
	File   string `header:"X-File-Name" maxLength:"600" doc:"for the sender's own records; the bytes say what the file is"`
}

type importAnswer struct{ Body place.ImportReport }

// importRun takes a register in, or says row by row why not.
func (s *Server) importRun(ctx context.Context, in *importInput) (*importAnswer, error) {
	body, err := io.ReadAll(in.Reader())
	if err != nil {
		return nil, err
	}
	report, err := s.uses.Places.ImportRegister(ctx, actor(ctx), body, in.DryRun)
	return &importAnswer{report}, err
}

type templateInput struct {
	Kind   string `query:"kind" enum:"register" required:"true"`
	Format string `query:"format" enum:"csv,xlsx" default:"xlsx"`
}

type fileAnswer struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// importTemplate gives the empty register as a file.
func (s *Server) importTemplate(_ context.Context, in *templateInput) (*fileAnswer, error) {
	body, err := s.uses.Places.RegisterTemplate(in.Format)
	out := &fileAnswer{ContentType: xlsxType, Disposition: `attachment; filename="linli-register.xlsx"`, Body: body}
	if in.Format == "csv" {
		out.ContentType, out.Disposition = csvType+"; charset=utf-8", `attachment; filename="linli-register.csv"`
	}
	return out, err
}

// fileOf documents an answer that is a file of one of these types.
func fileOf(types ...string) func(*huma.Operation) {
	return func(op *huma.Operation) {
		response := &huma.Response{Description: "the file", Content: map[string]*huma.MediaType{}}
		for _, t := range types {
			response.Content[t] = &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
		}
		op.Responses = map[string]*huma.Response{"200": response}
	}
}
