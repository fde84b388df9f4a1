package portal

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"comptoir/core/fault"
	"comptoir/office/access"
)

// Streams wake pages: a notice says that something changed and how much is unread, never what. A
// page that hears one asks for what is new to it, so a dead line loses nothing.

const (
	streamBeat  = 25 * time.Second // a sign of life; the session is looked at again
	streamWrite = 10 * time.Second // for one notice: who does not take it is dropped
)

// errStreams: more pages listen than are let in.
var errStreams = fault.New(fault.TooMany, "fault.chat.streams")

// streaming counts the streams that are open and can end them all.
type streaming struct {
	all       chan struct{}
	addresses *flight
	sessions  *flight
	mu        sync.Mutex
	over      chan struct{}
}

func newStreaming(l Limits) *streaming {
	return &streaming{all: make(chan struct{}, l.Streams), addresses: newFlight(l.StreamsAddress), sessions: newFlight(l.StreamsSession), over: make(chan struct{})}
}

// take counts a stream in; done counts it out. over ends it.
func (s *streaming) take(address, session string) (over <-chan struct{}, done func(), ok bool) {
	select {
	case s.all <- struct{}{}:
	default:
		return nil, nil, false
	}
	ofAddress, ok := s.addresses.take(address)
	if !ok {
		<-s.all
		return nil, nil, false
	}
	ofSession, ok := s.sessions.take(session)
	if !ok {
		ofAddress()
		<-s.all
		return nil, nil, false
	}
	s.mu.Lock()
	over = s.over
	s.mu.Unlock()
	return over, func() { ofSession(); ofAddress(); <-s.all }, true
}

// end ends every stream that is open; pages come back by themselves when the portal does.
func (s *streaming) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.over)
	s.over = make(chan struct{})
}

// conversationStream stays open as long as the visitor may listen.
func (p *Portal) conversationStream(v *visit) error {
	if _, err := p.mayChat(v); err != nil {
		return err
	}
	if err := p.Talks.MayListen(v.r.Context(), v.who); err != nil {
		return err
	}
	over, done, ok := p.streams.take(v.address, v.session.PublicID)
	if !ok {
		return errStreams
	}
	defer done()
	rung, end := p.Talks.Listen(v.who.CustomerID, v.who.ID)
	defer end()
	v.leave() // the places of requests are not for who stays
	v.landed()
	v.written = true
	h := v.w.Header()
	h.Set("Content-Type", "text/event-stream")
	control := http.NewResponseController(v.w)
	_ = control.SetReadDeadline(time.Time{}) // a recorder in a test has none
	if err := p.notify(v, control); err != nil {
		return nil // whoever left hears nothing
	}
	beat := time.NewTicker(streamBeat)
	defer beat.Stop()
	for {
		select {
		case <-rung:
		case <-beat.C:
		case <-over:
			return nil
		case <-v.r.Context().Done():
			return nil
		}
		if !p.listensStill(v) || p.notify(v, control) != nil {
			return nil
		}
	}
}

// listensStill tells whether the session is there and may listen now. It is not kept alive by it.
func (p *Portal) listensStill(v *visit) bool {
	c, err := v.r.Cookie(v.cookieName(sessionCookie))
	if err != nil {
		return false
	}
	ctx, stop := context.WithTimeout(v.r.Context(), streamWrite)
	defer stop()
	who, err := p.Access.Peek(ctx, c.Value)
	if err != nil {
		if !errors.Is(err, access.ErrNoSession) && v.r.Context().Err() == nil {
			p.Log.Warn("portal stream", "ref", v.reference(), "err", err)
		}
		return false
	}
	return who.ID == v.who.ID && who.CustomerID == v.who.CustomerID && p.Talks.MayListen(ctx, who) == nil
}

// notify writes one notice: how much is unread. The page knows what it shows already.
func (p *Portal) notify(v *visit, control *http.ResponseController) error {
	n, err := p.Talks.UnreadOf(v.r.Context(), v.who)
	if err != nil {
		return err
	}
	_ = control.SetWriteDeadline(time.Now().Add(streamWrite))
	defer func() { _ = control.SetWriteDeadline(time.Time{}) }() // HTTP/2 ends a stream whose deadline passes, though nothing is being written
	if _, err := v.w.Write([]byte("event: chat\ndata: " + strconv.FormatInt(n, 10) + "\n\n")); err != nil {
		return err
	}
	return control.Flush()
}
