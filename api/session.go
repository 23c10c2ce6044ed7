package api

import (
	"context"
	"net/http"
	"strings"

	"linli/models"
	"linli/models/people"
)

// Sessions is what the session routes ask of storage.
type Sessions interface {
	RequestCode(ctx context.Context, phone, address string) (people.CodeView, error)
	SignInByCode(ctx context.Context, in people.ByCode) (people.SignedIn, error)
	SignInByPassword(ctx context.Context, in people.ByPassword) (people.SignedIn, error)
	SignInByFactor(ctx context.Context, in people.ByFactor) (people.SignedIn, error)
	Refresh(ctx context.Context, token string) (people.SignedIn, error)
	SignOut(ctx context.Context, token string) error
	Sessions(ctx context.Context, a models.Actor) ([]people.SessionView, error)
	EndSession(ctx context.Context, a models.Actor, id int64) error
}

// Signer makes access tokens; seconds is how long one is good for.
type Signer interface {
	MakeToken(access models.Access, roles []models.Role) (token string, seconds int, err error)
}

// Names of the refresh cookie. The browser itself keeps a __Host- cookie to https and to this host; plain http, for
// development on one machine, cannot have it.
const (
	secureCookie = "__Host-linli_refresh"
	plainCookie  = "linli_refresh"
)

// RefreshCookie is embedded in the In of a route that the cookie authorises.
type RefreshCookie struct {
	Secure string `cookie:"__Host-linli_refresh" hidden:"true"`
	Plain  string `cookie:"linli_refresh" hidden:"true"`
}

// token is the one of the two that counts here: on https the plain one could have been set by a neighbour.
func (c RefreshCookie) token(s *Server) string {
	if s.https() {
		return c.Secure
	}
	return c.Plain
}

func (s *Server) https() bool { return strings.HasPrefix(s.config.PublicURL, "https://") }

// cookieOf writes the refresh cookie; an empty token takes it away.
func (s *Server) cookieOf(token string, seconds int) string {
	c := http.Cookie{ // #nosec G124 -- Secure is set below wherever people come by https; without https there is no such cookie
		Name: plainCookie, Value: token, Path: "/", MaxAge: seconds, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
	if s.https() {
		c.Name, c.Secure = secureCookie, true
	}
	if token == "" {
		c.MaxAge = -1
	}
	return c.String()
}

type codeRequestInput struct {
	Body struct {
		Phone string `json:"phone" maxLength:"40"`
	}
}

type codeAnswer struct{ Body people.CodeView }

// codeRequest sends a sign-in code; the answer is the same for every phone number.
func (s *Server) codeRequest(ctx context.Context, in *codeRequestInput) (*codeAnswer, error) {
	view, err := s.uses.Sessions.RequestCode(ctx, in.Body.Phone, requestOf(ctx).address)
	return &codeAnswer{view}, err
}

type sessionStartInput struct {
	Body struct {
		RequestID string `json:"request_id,omitempty" maxLength:"100" doc:"with code"`
		Code      string `json:"code,omitempty" maxLength:"10"`
		Phone     string `json:"phone,omitempty" maxLength:"40" doc:"with password"`
		Password  string `json:"password,omitempty" maxLength:"256"`
		Device    string `json:"device,omitempty" maxLength:"200" doc:"words by which the person recognises this device"`
	}
}

// Session is what a signed-in client holds. The refresh token is not in it: it stands in a cookie that scripts cannot read.
type Session struct {
	AccessToken string             `json:"access_token"`
	ExpiresIn   int                `json:"expires_in" doc:"seconds"`
	Account     people.AccountView `json:"account"`
}

type sessionAnswer struct {
	SetCookie string `header:"Set-Cookie"`
	Body      Session
}

// SecondFactorAsked is the answer to a first factor that was right, where the account has a second one. Nobody is signed
// in yet; challenge goes with the code to /api/v1/session/second-factor.
type SecondFactorAsked struct {
	SecondFactorRequired bool `json:"second_factor_required" doc:"always true"`
	people.Challenge
}

type sessionStartAnswer struct {
	Status    int
	SetCookie string `header:"Set-Cookie"`
	Body      any    // Session or SecondFactorAsked
}

// sessionStart signs in with the code of a text message, or with a password. 202 asks for the second factor.
func (s *Server) sessionStart(ctx context.Context, in *sessionStartInput) (*sessionStartAnswer, error) {
	signed, err := s.firstFactor(ctx, in)
	if err != nil {
		return nil, err
	}
	if signed.Challenge != nil {
		asked := &SecondFactorAsked{SecondFactorRequired: true, Challenge: *signed.Challenge}
		return &sessionStartAnswer{Status: http.StatusAccepted, Body: asked}, nil
	}
	answer, err := s.sessionOf(signed, nil)
	if err != nil {
		return nil, err
	}
	return &sessionStartAnswer{Status: http.StatusOK, SetCookie: answer.SetCookie, Body: &answer.Body}, nil
}

func (s *Server) firstFactor(ctx context.Context, in *sessionStartInput) (people.SignedIn, error) {
	b, address := in.Body, requestOf(ctx).address
	switch {
	case b.RequestID != "":
		return s.uses.Sessions.SignInByCode(ctx, people.ByCode{RequestID: b.RequestID, Code: b.Code, Device: b.Device, Address: address})
	case b.Phone != "":
		return s.uses.Sessions.SignInByPassword(ctx, people.ByPassword{Phone: b.Phone, Password: b.Password, Device: b.Device, Address: address})
	}
	return people.SignedIn{}, models.RefuseField("session.credentials_missing", "phone")
}

type sessionFinishInput struct {
	Body struct {
		Challenge string `json:"challenge" maxLength:"100"`
		people.FactorProof
	}
}

// sessionFinish brings the second factor, or a recovery code, and signs in.
func (s *Server) sessionFinish(ctx context.Context, in *sessionFinishInput) (*sessionAnswer, error) {
	return s.sessionOf(s.uses.Sessions.SignInByFactor(ctx, people.ByFactor{
		Challenge: in.Body.Challenge, Proof: in.Body.FactorProof, Address: requestOf(ctx).address,
	}))
}

// sessionRefresh exchanges the cookie for a new access token and the next cookie.
func (s *Server) sessionRefresh(ctx context.Context, in *struct{ RefreshCookie }) (*sessionAnswer, error) {
	token := in.token(s)
	if token == "" {
		return nil, models.Refuse(models.SignedOut, "session.missing")
	}
	return s.sessionOf(s.uses.Sessions.Refresh(ctx, token))
}

func (s *Server) sessionOf(signed people.SignedIn, err error) (*sessionAnswer, error) {
	if err != nil {
		return nil, err
	}
	access, seconds, err := s.uses.Signer.MakeToken(signed.Access(), signed.Roles)
	if err != nil {
		return nil, err
	}
	age := int(signed.RefreshUntil.Sub(s.config.Now()).Seconds())
	return &sessionAnswer{
		SetCookie: s.cookieOf(signed.RefreshToken, age),
		Body:      Session{AccessToken: access, ExpiresIn: seconds, Account: signed.Account},
	}, nil
}

type sessionEndAnswer struct {
	SetCookie     string `header:"Set-Cookie"`
	ClearSiteData string `header:"Clear-Site-Data"`
}

// sessionEnd signs this device out. It clears the browser's cache but not its storage: reports that have not been sent
// yet lie there, and must survive.
func (s *Server) sessionEnd(ctx context.Context, in *struct{ RefreshCookie }) (*sessionEndAnswer, error) {
	if token := in.token(s); token != "" {
		if err := s.uses.Sessions.SignOut(ctx, token); err != nil {
			return nil, err
		}
	}
	return &sessionEndAnswer{SetCookie: s.cookieOf("", 0), ClearSiteData: `"cache"`}, nil
}

type sessionList struct {
	Items []people.SessionView `json:"items"`
}

type sessionListAnswer struct{ Body sessionList }

// sessionList gives the actor's signed-in devices.
func (s *Server) sessionList(ctx context.Context, _ *struct{}) (*sessionListAnswer, error) {
	items, err := s.uses.Sessions.Sessions(ctx, actor(ctx))
	return &sessionListAnswer{sessionList{items}}, err
}

// SessionPath is the session in the address.
type SessionPath struct {
	ID int64 `path:"id" minimum:"1"`
}

// sessionRevoke signs one of the actor's devices out.
func (s *Server) sessionRevoke(ctx context.Context, in *SessionPath) (*struct{}, error) {
	return nil, s.uses.Sessions.EndSession(ctx, actor(ctx), in.ID)
}
