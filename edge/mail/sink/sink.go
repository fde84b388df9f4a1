// Package sink is the practice mail server of the demo company.
//
// What lives here: an SMTP server on loopback that accepts everything and keeps it in a
// small folder of the company, so that the whole way of a mail can be walked without an
// account anywhere. What must not: passing a mail on; there is no code for that. Called by
// app.New for a demo company only, which hands it to the outbox as outbox.Practice.
package sink

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"comptoir/core/fault"
	"comptoir/edge/mail"
	"comptoir/office/outbox"
)

// Folder is the name of the box in the company folder.
const Folder = "practice-mail"

// Bounds of the box: a stranger on this machine may fill it, and no more.
const (
	maxMessage = 25 << 20
	maxCount   = 500
	maxTotal   = 200 << 20
)

// Sink is a running practice server.
type Sink struct {
	dir      string
	clock    func() time.Time
	server   *smtp.Server
	listener net.Listener
	done     chan struct{}
	arrived  func()

	mu    sync.Mutex
	box   []outbox.Arrival // oldest first
	total int64
	next  int64
}

// Options of Start.
type Options struct {
	Clock   func() time.Time // nil: time.Now
	Arrived func()           // called after each mail; may be nil
	Log     *slog.Logger     // may be nil
}

// Start opens the box in the company folder dir and listens on a free port of loopback.
func Start(dir string, o Options) (*Sink, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Arrived == nil {
		o.Arrived = func() {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Sink{dir: filepath.Join(dir, Folder), clock: o.Clock, arrived: o.Arrived, done: make(chan struct{})}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("sink: %w", err)
	}
	if err := s.load(); err != nil {
		return nil, err
	}
	var err error
	if s.listener, err = (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("sink: %w", err)
	}
	s.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{sink: s}, nil }))
	s.server.Domain = "practice.localhost"
	s.server.MaxMessageBytes = maxMessage
	s.server.MaxRecipients = 100
	s.server.ReadTimeout, s.server.WriteTimeout = time.Minute, time.Minute
	s.server.EnableSMTPUTF8 = true
	s.server.ErrorLog = quiet{o.Log}
	go func() {
		defer close(s.done)
		if err := s.server.Serve(s.listener); err != nil && !errors.Is(err, net.ErrClosed) {
			o.Log.Warn("practice mail server ended", "error", err.Error())
		}
	}()
	return s, nil
}

// Close stops listening; what arrived stays.
func (s *Sink) Close() error {
	err := s.server.Close()
	if cerr := s.listener.Close(); err == nil && !errors.Is(cerr, net.ErrClosed) { // Close may come before Serve took the listener
		err = cerr
	}
	<-s.done
	return err
}

// Server is how the outbox reaches it.
func (s *Sink) Server() outbox.Server {
	host, port, err := net.SplitHostPort(s.listener.Addr().String())
	if err != nil {
		return outbox.Server{}
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return outbox.Server{}
	}
	return outbox.Server{Host: host, Port: n, Security: "plain", Auth: "none"}
}

// Arrived lists what arrived, the newest first.
func (s *Sink) Arrived() []outbox.Arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.box)
	slices.Reverse(all)
	return append([]outbox.Arrival{}, all...)
}

// Open reads one mail of the box.
func (s *Sink) Open(id string) (outbox.ArrivedMail, error) {
	s.mu.Lock()
	at := slices.IndexFunc(s.box, func(a outbox.Arrival) bool { return a.ID == id })
	var found outbox.Arrival
	if at >= 0 {
		found = s.box[at]
	}
	s.mu.Unlock()
	if at < 0 { // also whatever could name another file
		return outbox.ArrivedMail{}, fault.New(fault.NotFound, "fault.not_found")
	}
	eml, err := os.ReadFile(s.path(found.ID))
	if err != nil {
		return outbox.ArrivedMail{}, fault.New(fault.NotFound, "fault.not_found").With(err)
	}
	content, err := mail.Read(eml)
	if err != nil {
		return outbox.ArrivedMail{}, fmt.Errorf("sink: %w", err)
	}
	return outbox.ArrivedMail{Arrival: found, Text: content.Text, HTML: content.HTML, Papers: content.Views(), EML: eml}, nil
}

// Clear empties the box.
func (s *Sink) Clear() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shrink(0, 0)
}

func (s *Sink) path(id string) string { return filepath.Join(s.dir, id+".eml") }

var fileForm = regexp.MustCompile(`^(\d{8})\.eml$`)

// load reads the heads of what lies in the box from before.
func (s *Sink) load() error {
	entries, err := os.ReadDir(s.dir) // in order of name
	if err != nil {
		return fmt.Errorf("sink: %w", err)
	}
	for _, e := range entries {
		m := fileForm.FindStringSubmatch(e.Name())
		info, err := e.Info()
		if m == nil || err != nil || !info.Mode().IsRegular() || info.Size() > maxMessage {
			continue
		}
		eml, err := os.ReadFile(s.path(m[1]))
		if err != nil {
			continue
		}
		n, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil {
			continue
		}
		s.next = max(s.next, n)
		s.add(m[1], info.ModTime(), eml)
	}
	return s.shrink(maxCount, maxTotal)
}

func (s *Sink) add(id string, at time.Time, eml []byte) {
	head := mail.Head(eml)
	s.box = append(s.box, outbox.Arrival{
		ID: id, At: at.UTC().Format("2006-01-02T15:04:05.000Z"), From: head.From, To: head.To, Subject: head.Subject, MessageID: head.MessageID, Size: int64(len(eml)),
	})
	s.total += int64(len(eml))
}

// shrink drops the oldest until the box holds no more than count mails and total bytes.
func (s *Sink) shrink(count int, total int64) error {
	var errs []error
	for len(s.box) > count || len(s.box) > 0 && s.total > total {
		errs = append(errs, os.Remove(s.path(s.box[0].ID)))
		s.total -= s.box[0].Size
		s.box = s.box[1:]
	}
	return errors.Join(errs...)
}

// keep writes one mail whole before it is answered for.
func (s *Sink) keep(eml []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	id := fmt.Sprintf("%08d", s.next)
	tmp := s.path(id) + ".part"
	if err := os.WriteFile(tmp, eml, 0o600); err != nil {
		return err
	}
	at := s.clock()
	if err := os.Chtimes(tmp, at, at); err != nil { // what load shows after a restart: the demo's mails are two years old
		return err
	}
	if err := os.Rename(tmp, s.path(id)); err != nil {
		return err
	}
	s.add(id, at, eml)
	return s.shrink(maxCount, maxTotal)
}

// session is one client's conversation.
type session struct{ sink *Sink }

func (*session) Mail(string, *smtp.MailOptions) error { return nil }
func (*session) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (*session) Reset()                               {}
func (*session) Logout() error                        { return nil }

func (s *session) Data(r io.Reader) error {
	eml, err := io.ReadAll(r) // bounded by MaxMessageBytes
	if err != nil {
		return err
	}
	if err := s.sink.keep(eml); err != nil {
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "The practice box cannot be written"}
	}
	s.sink.arrived()
	return nil
}

// quiet keeps the library's remarks in the program's log.
type quiet struct{ log *slog.Logger }

func (q quiet) Printf(format string, v ...any) {
	q.log.Debug("practice mail server", "remark", strings.TrimSpace(fmt.Sprintf(format, v...)))
}
func (q quiet) Println(v ...any) {
	q.log.Debug("practice mail server", "remark", strings.TrimSpace(fmt.Sprintln(v...)))
}
