package api

import (
	"context"
	"io"
	"net/http"

	"linli/models"
	"linli/models/photo"
	"linli/models/ticket"
)

// Tickets is what the ticket routes ask of storage.
type Tickets interface {
	Catalogue(ctx context.Context) (ticket.Catalogue, error)
	FileTicket(ctx context.Context, a models.Actor, f ticket.Filing, claims []photo.Claim) (ticket.Filed, error)
	Tickets(ctx context.Context, a models.Actor, q ticket.Query) (ticket.Page, error)
	TicketSheet(ctx context.Context, a models.Actor, q ticket.Query, locale string, to io.Writer) (rows int, whole bool, err error)
	Ticket(ctx context.Context, a models.Actor, id int64) (ticket.View, error)
	MoveTicket(ctx context.Context, a models.Actor, id int64, m ticket.Move) (ticket.View, error)
	SayDone(ctx context.Context, a models.Actor, id int64, d ticket.DoneSaying, claims []photo.Claim) (ticket.Filed, error)
	ConfirmTicket(ctx context.Context, a models.Actor, id int64, answer ticket.Answer) (ticket.View, error)
	SendBackTicket(ctx context.Context, a models.Actor, id int64, answer ticket.Answer, claims []photo.Claim) (ticket.Filed, error)
	SendMessage(ctx context.Context, a models.Actor, id int64, m ticket.Saying, claims []photo.Claim) (ticket.Said, error)
	ReadMessages(ctx context.Context, a models.Actor, id, upTo int64) error
	ReturnTicket(ctx context.Context, a models.Actor, id int64, asked ticket.ReturnAsked) (ticket.View, error)
	OfficeNumber(ctx context.Context, a models.Actor, id int64) (ticket.ContactCard, error)
	TellOfficeContact(ctx context.Context, a models.Actor, id int64, told ticket.OfficeContacting) (ticket.View, error)
	Redispatch(ctx context.Context, a models.Actor, id int64, asked ticket.Redispatching) (ticket.View, error)
	DecideReturn(ctx context.Context, a models.Actor, id int64, d ticket.ReturnDecision) (ticket.View, error)
	HandedOverTickets(ctx context.Context, a models.Actor, q ticket.HandedOverQuery) (ticket.HandedOverPage, error)
	HandedOverTicket(ctx context.Context, a models.Actor, id int64) (ticket.HandedOverView, error)
	ExtendTicket(ctx context.Context, a models.Actor, id int64, asked ticket.ExtensionAsked) (ticket.View, error)
	DecideExtension(ctx context.Context, a models.Actor, id int64, d ticket.ExtensionDecision) (ticket.View, error)
	PauseTicket(ctx context.Context, a models.Actor, id int64, asked ticket.PauseAsked) (ticket.View, error)
	TryContact(ctx context.Context, a models.Actor, id int64, tried ticket.Trying) (ticket.View, error)
	ResumeTicket(ctx context.Context, a models.Actor, id int64, ended ticket.PauseEnded) (ticket.View, error)
	SimilarTickets(ctx context.Context, a models.Actor, estateID, buildingID int64, category string) (ticket.Offers, error)
	SupportTicket(ctx context.Context, a models.Actor, id int64, asked ticket.Supporting) (ticket.SupportedView, bool, error)
	WithdrawSupport(ctx context.Context, a models.Actor, id int64, asked ticket.SupportTakenBack) (ticket.SupportedView, error)
	SupportedTickets(ctx context.Context, a models.Actor) (ticket.SupportedPage, error)
	SupportedTicket(ctx context.Context, a models.Actor, id int64) (ticket.SupportedView, error)
	MarkJoint(ctx context.Context, a models.Actor, id int64, asked ticket.Joining) (ticket.View, error)
	AnswerJoint(ctx context.Context, a models.Actor, id int64, asked ticket.JointAnswered) (ticket.View, error)
	TellPressure(ctx context.Context, a models.Actor, id int64, told ticket.PressureTold) error
	Pressures(ctx context.Context, a models.Actor, cursor string, limit int) (ticket.PressurePage, error)
	ClosingSigns(ctx context.Context, a models.Actor, sign ticket.ClosingSign, cursor string, limit int) (ticket.ClosingSignPage, error)
	SettlePressure(ctx context.Context, a models.Actor, id int64, found ticket.PressureFinding) (ticket.PressureView, error)
	PostBulletin(ctx context.Context, a models.Actor, p ticket.BulletinPosting) (ticket.BulletinView, bool, error)
	ChangeBulletin(ctx context.Context, a models.Actor, id int64, wish ticket.BulletinChange) (ticket.BulletinView, error)
	EndBulletin(ctx context.Context, a models.Actor, id int64, wish ticket.BulletinEnd) (ticket.BulletinView, error)
	UndoBulletinEnd(ctx context.Context, a models.Actor, id int64, wish ticket.BulletinUndo) (ticket.BulletinView, error)
	KnownOutages(ctx context.Context, a models.Actor, estateID, buildingID int64, category string) (ticket.BulletinList, error)
	HomeBulletins(ctx context.Context, a models.Actor) (ticket.BulletinList, error)
	BuildingBulletins(ctx context.Context, a models.Actor, id int64) (ticket.BulletinList, error)
	PosterBulletins(ctx context.Context, token string) (ticket.BulletinList, error)
	Bulletins(ctx context.Context, a models.Actor) (ticket.BulletinPage, error)
	ReplyTemplates(ctx context.Context, a models.Actor) (ticket.TemplatePage, error)
	WriteTemplate(ctx context.Context, a models.Actor, w ticket.TemplateWriting) (ticket.ReplyTemplateView, bool, error)
	ChangeTemplate(ctx context.Context, a models.Actor, id int64, w ticket.TemplateChange) (ticket.ReplyTemplateView, error)
	RemoveTemplate(ctx context.Context, a models.Actor, id int64, w ticket.TemplateRemoval) (ticket.ReplyTemplateView, error)
	RestoreTemplate(ctx context.Context, a models.Actor, id int64, w ticket.TemplateRemoval) (ticket.ReplyTemplateView, error)
	FilledTemplates(ctx context.Context, a models.Actor, ticketID int64) (ticket.FilledTemplates, error)
	TicketProgress(ctx context.Context, asked ticket.ProgressAsked, address string) (ticket.ProgressView, error)
	Callbacks(ctx context.Context, a models.Actor) (ticket.CallbackList, error)
	CallbacksWaiting(ctx context.Context, a models.Actor) (int, error)
	CallbackContact(ctx context.Context, a models.Actor, id int64) (ticket.ContactCard, error)
	Suspensions(ctx context.Context, a models.Actor) (ticket.SuspensionList, error)
	EstateSuspensions(ctx context.Context, estateID int64) (ticket.PublicSuspensions, error)
	AskSuspension(ctx context.Context, a models.Actor, id int64, asked ticket.SuspensionAsked) (ticket.View, error)
	DecideSuspension(ctx context.Context, a models.Actor, id int64, d ticket.SuspensionDecision) (ticket.View, error)
	ReviewSuspension(ctx context.Context, a models.Actor, id int64, r ticket.SuspensionReview) (ticket.View, error)
	EstatePromises(ctx context.Context, a models.Actor, estateID int64) (ticket.PromiseList, error)
	MakePromise(ctx context.Context, a models.Actor, id int64, made ticket.PromiseMade) (ticket.View, error)
	RedatePromise(ctx context.Context, a models.Actor, id int64, redated ticket.PromiseRedated) (ticket.View, error)
	JudgePromise(ctx context.Context, a models.Actor, id int64, v ticket.PromiseVerdict) (ticket.View, error)
	Causes(ctx context.Context, a models.Actor) (ticket.CauseList, error)
	Cause(ctx context.Context, a models.Actor, id int64) (ticket.CauseView, error)
	OpenCause(ctx context.Context, a models.Actor, o ticket.CauseOpening) (ticket.CauseView, bool, error)
	StepCause(ctx context.Context, a models.Actor, id int64, step ticket.CauseStep) (ticket.CauseView, error)
	EndSuspension(ctx context.Context, a models.Actor, id int64, e ticket.SuspensionEnding) (ticket.View, error)
	TellCallback(ctx context.Context, a models.Actor, id int64, told ticket.CallbackTelling) (ticket.CallbackView, error)
	ViewContact(ctx context.Context, a models.Actor, id int64, reason string) (ticket.ContactCard, error)
}

// Manifest lists the photos of a record; their bytes come by PUT /photos/{client_id}.
type Manifest struct {
	Photos []photo.Claim `json:"photos,omitempty" maxItems:"9"`
}

// TicketPath is the ticket in the address.
type TicketPath struct {
	ID int64 `path:"id" minimum:"1"`
}

type ticketAnswer struct{ Body ticket.View }

type filedAnswer struct {
	Status int
	Body   ticket.Filed
}

type catalogueAnswer struct {
	CacheControl string `header:"Cache-Control"`
	Body         ticket.Catalogue
}

// catalogueShow gives the categories, urgencies and emergency phones in force.
func (s *Server) catalogueShow(ctx context.Context, _ *struct{}) (*catalogueAnswer, error) {
	c, err := s.uses.Tickets.Catalogue(ctx)
	return &catalogueAnswer{CacheControl: "no-cache", Body: c}, err
}

type ticketFileInput struct {
	Body struct {
		ticket.Filing
		Manifest
	}
}

// ticketFile takes a ticket in: 201, or 200 when the same came before.
func (s *Server) ticketFile(ctx context.Context, in *ticketFileInput) (*filedAnswer, error) {
	filed, err := s.uses.Tickets.FileTicket(ctx, actor(ctx), in.Body.Filing, in.Body.Photos)
	if err != nil {
		return nil, err
	}
	code := http.StatusOK
	if filed.Created {
		code = http.StatusCreated
	}
	return &filedAnswer{Status: code, Body: filed}, nil
}

// TicketsAsked is which list of tickets somebody wants.
type TicketsAsked struct {
	Box        ticket.Box    `query:"box" enum:"mine,building,desk,all" default:"mine"`
	Filter     ticket.Filter `query:"filter" enum:"open,waiting_me,overdue,unanswered,to_confirm,escalated,returned,extension,joint,closed"`
	EstateID   int64         `query:"estate_id" minimum:"0"`
	BuildingID int64         `query:"building_id" minimum:"0"`
	PartyID    int64         `query:"handling_party_id" minimum:"0"`
	Group      string        `query:"category_group" maxLength:"8"`
	Words      string        `query:"q" maxLength:"100"`
}

func (asked TicketsAsked) query() ticket.Query {
	return ticket.Query{
		Box: asked.Box, Filter: asked.Filter, EstateID: asked.EstateID, BuildingID: asked.BuildingID, PartyID: asked.PartyID, Group: asked.Group, Words: asked.Words,
	}
}

type ticketListInput struct {
	TicketsAsked
	Cursor string `query:"cursor" maxLength:"200"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

type ticketListAnswer struct{ Body ticket.Page }

// ticketList gives one page of a box, in the order in which it wants to be worked.
func (s *Server) ticketList(ctx context.Context, in *ticketListInput) (*ticketListAnswer, error) {
	asked := in.query()
	asked.Cursor, asked.Limit = in.Cursor, in.Limit
	page, err := s.uses.Tickets.Tickets(ctx, actor(ctx), asked)
	return &ticketListAnswer{Body: page}, err
}

// ticketShow gives one ticket as the actor may see it.
func (s *Server) ticketShow(ctx context.Context, in *TicketPath) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.Ticket(ctx, actor(ctx), in.ID)
	return &ticketAnswer{Body: view}, err
}

type ticketMoveInput struct {
	TicketPath
	Body struct {
		Action  ticket.Action `json:"action" enum:"acknowledge,contact_confirm,start,progress,withdraw,urge,contact_share,contact_hide,suspension_object,promise_said"`
		Version int64         `json:"version,omitempty" minimum:"0"`
		Note    string        `json:"note,omitempty" maxLength:"8000"`
	}
}

// ticketMove takes one step that needs no proof.
func (s *Server) ticketMove(ctx context.Context, in *ticketMoveInput) (*ticketAnswer, error) {
	move := ticket.Move{Action: in.Body.Action, Version: in.Body.Version, Note: in.Body.Note}
	view, err := s.uses.Tickets.MoveTicket(ctx, actor(ctx), in.ID, move)
	return &ticketAnswer{Body: view}, err
}

type ticketDoneInput struct {
	TicketPath
	Body struct {
		ticket.DoneSaying
		Manifest
	}
}

// ticketDone takes the handler's "done" with its proof.
func (s *Server) ticketDone(ctx context.Context, in *ticketDoneInput) (*filedAnswer, error) {
	filed, err := s.uses.Tickets.SayDone(ctx, actor(ctx), in.ID, in.Body.DoneSaying, in.Body.Photos)
	return &filedAnswer{Status: http.StatusOK, Body: filed}, err
}

type ticketConfirmInput struct {
	TicketPath
	Body ticket.Answer
}

// ticketConfirm takes the reporter's "it is solved", with or without a level.
func (s *Server) ticketConfirm(ctx context.Context, in *ticketConfirmInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.ConfirmTicket(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}

type ticketSendBackInput struct {
	TicketPath
	Body struct {
		ClientID string `json:"client_id" format:"uuid"`
		Closing  int64  `json:"closing" minimum:"1"`
		Level    int    `json:"level,omitempty" minimum:"0" maximum:"5"`
		Reason   string `json:"reason" maxLength:"8000"`
		Manifest
	}
}

// ticketSendBack takes the reporter's "it is not solved".
func (s *Server) ticketSendBack(ctx context.Context, in *ticketSendBackInput) (*filedAnswer, error) {
	answer := ticket.Answer{ClientID: in.Body.ClientID, Closing: in.Body.Closing, Level: in.Body.Level, Text: in.Body.Reason}
	filed, err := s.uses.Tickets.SendBackTicket(ctx, actor(ctx), in.ID, answer, in.Body.Photos)
	return &filedAnswer{Status: http.StatusOK, Body: filed}, err
}

type ticketMessageInput struct {
	TicketPath
	Body struct {
		ticket.Saying
		Manifest
	}
}

type saidAnswer struct{ Body ticket.Said }

// ticketMessage adds a line to the relay thread.
func (s *Server) ticketMessage(ctx context.Context, in *ticketMessageInput) (*saidAnswer, error) {
	said, err := s.uses.Tickets.SendMessage(ctx, actor(ctx), in.ID, in.Body.Saying, in.Body.Photos)
	return &saidAnswer{Body: said}, err
}

type ticketReadInput struct {
	TicketPath
	Body struct {
		UpTo int64 `json:"up_to" minimum:"1" doc:"the id of the last line that was read"`
	}
}

// ticketRead notes that the other side's lines were read.
func (s *Server) ticketRead(ctx context.Context, in *ticketReadInput) (*struct{}, error) {
	return nil, s.uses.Tickets.ReadMessages(ctx, actor(ctx), in.ID, in.Body.UpTo)
}

type ticketContactInput struct {
	TicketPath
	Body struct {
		Reason string `json:"reason" maxLength:"800"`
	}
}

type contactAnswer struct{ Body ticket.ContactCard }

// ticketContact tells the handler of a repair the contact that its reporter shared; the look is written down.
func (s *Server) ticketContact(ctx context.Context, in *ticketContactInput) (*contactAnswer, error) {
	card, err := s.uses.Tickets.ViewContact(ctx, actor(ctx), in.ID, in.Body.Reason)
	return &contactAnswer{Body: card}, err
}

type ticketReturnInput struct {
	TicketPath
	Body ticket.ReturnAsked
}

// ticketReturn takes a handler's return, with the party that he holds responsible.
func (s *Server) ticketReturn(ctx context.Context, in *ticketReturnInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.ReturnTicket(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}

type ticketReturnDecideInput struct {
	TicketPath
	Body ticket.ReturnDecision
}

// ticketReturnDecide gives a returned ticket to whom the dispatcher names.
func (s *Server) ticketReturnDecide(ctx context.Context, in *ticketReturnDecideInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.DecideReturn(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}

type ticketRedispatchInput struct {
	TicketPath
	Body ticket.Redispatching
}

// ticketRedispatch gives a matter that its party lets lie to another party.
func (s *Server) ticketRedispatch(ctx context.Context, in *ticketRedispatchInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.Redispatch(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}
