package lan

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"comptoir/core/fault"
)

// Transports.
const (
	HTTPS = "https"
	HTTP  = "http"
)

// Options of Listen. The limits hold for open connections.
type Options struct {
	Transport  string       // HTTPS or HTTP
	TLS        *tls.Config  // of HTTPS
	Plain      http.Handler // of HTTPS: what plain HTTP on the same port gets
	PerAddress int          // 0: 64
	Total      int          // 0: 1024
}

// firstByte is how long a connection may wait before it says anything.
const firstByte = 5 * time.Second

// Listen opens addr (host:port). With HTTPS the listener gives TLS connections; a client
// that speaks plain HTTP to the same port is answered by o.Plain. A taken port is
// fault.port_taken with the port.
func Listen(addr string, o Options) (net.Listener, error) {
	inner, err := net.Listen("tcp", addr) //nolint:noctx // lives until Close, not as long as a caller
	if err != nil {
		return nil, listenFault(addr, err)
	}
	if o.PerAddress == 0 {
		o.PerAddress = 64
	}
	if o.Total == 0 {
		o.Total = 1024
	}
	l := &listener{inner: inner, o: o, ready: make(chan net.Conn), quit: make(chan struct{}), open: map[string]int{}}
	if o.Transport == HTTPS {
		l.plain = &plainListener{addr: inner.Addr(), ready: make(chan net.Conn), quit: l.quit}
		server := &http.Server{Handler: o.Plain, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: 5 * time.Second, MaxHeaderBytes: 8 << 10}
		go func() { _ = server.Serve(l.plain) }() // ends with the listener
	}
	go l.accept()
	return l, nil
}

func listenFault(addr string, err error) error {
	_, port, splitErr := net.SplitHostPort(addr)
	if splitErr != nil {
		return err
	}
	var errno syscall.Errno
	taken := errors.Is(err, syscall.EADDRINUSE) || (runtime.GOOS == "windows" && errors.As(err, &errno) && errno == 10048) // WSAEADDRINUSE
	n, _ := strconv.Atoi(port)
	switch {
	case taken:
		return fault.New(fault.Unavailable, "fault.port_taken", "port", strconv.Itoa(n)).With(err)
	case errors.Is(err, syscall.EACCES):
		return fault.New(fault.Unavailable, "fault.port_forbidden", "port", strconv.Itoa(n)).With(err)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fault.New(fault.Unavailable, "fault.address_gone").With(err)
	}
	return err
}

type listener struct {
	inner net.Listener
	o     Options
	plain *plainListener
	ready chan net.Conn
	quit  chan struct{}
	once  sync.Once

	mu    sync.Mutex
	open  map[string]int
	total int
}

func (l *listener) Addr() net.Addr { return l.inner.Addr() }

func (l *listener) Close() (err error) {
	l.once.Do(func() {
		close(l.quit)
		err = l.inner.Close()
	})
	return err
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.ready:
		return c, nil
	case <-l.quit:
		return nil, net.ErrClosed
	}
}

// accept takes connections and drops those beyond the limits at once; nothing here waits
// for a client.
func (l *listener) accept() {
	for pause := time.Duration(0); ; {
		c, err := l.inner.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				_ = l.Close()
				return
			}
			// Out of file descriptors, or a client gone already: let the others end first.
			pause = min(time.Second, max(5*time.Millisecond, 2*pause))
			select {
			case <-time.After(pause):
				continue
			case <-l.quit:
				return
			}
		}
		pause = 0
		counted, ok := l.count(c)
		if !ok {
			_ = c.Close()
			continue
		}
		go l.sort(counted)
	}
}

// sort looks at the first byte of a connection: 22 begins a TLS handshake.
func (l *listener) sort(c net.Conn) {
	if l.o.Transport != HTTPS {
		l.hand(l.ready, c)
		return
	}
	first := make([]byte, 1)
	if err := c.SetReadDeadline(time.Now().Add(firstByte)); err != nil {
		_ = c.Close()
		return
	}
	if _, err := c.Read(first); err != nil {
		_ = c.Close()
		return
	}
	if err := c.SetReadDeadline(time.Time{}); err != nil {
		_ = c.Close()
		return
	}
	whole := &prefixed{Conn: c, first: first}
	if first[0] == 22 {
		l.hand(l.ready, tls.Server(whole, l.o.TLS))
		return
	}
	l.hand(l.plain.ready, whole)
}

func (l *listener) hand(to chan net.Conn, c net.Conn) {
	select {
	case to <- c:
	case <-l.quit:
		_ = c.Close()
	}
}

func (l *listener) count(c net.Conn) (net.Conn, bool) {
	from := AddressOf(c.RemoteAddr().String())
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.total >= l.o.Total || l.open[from] >= l.o.PerAddress {
		return nil, false
	}
	l.total++
	l.open[from]++
	return &counted{Conn: c, release: func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.total--
		if l.open[from]--; l.open[from] <= 0 {
			delete(l.open, from)
		}
	}}, true
}

// counted gives its place back when it is closed.
type counted struct {
	net.Conn
	closed  atomic.Bool
	release func()
}

func (c *counted) Close() error {
	if c.closed.CompareAndSwap(false, true) {
		c.release()
	}
	return c.Conn.Close()
}

// prefixed gives back the byte that was looked at.
type prefixed struct {
	net.Conn
	first []byte
}

func (p *prefixed) Read(b []byte) (int, error) {
	if len(p.first) > 0 && len(b) > 0 {
		n := copy(b, p.first)
		p.first = p.first[n:]
		return n, nil
	}
	return p.Conn.Read(b)
}

type plainListener struct {
	addr  net.Addr
	ready chan net.Conn
	quit  chan struct{}
}

func (p *plainListener) Addr() net.Addr { return p.addr }
func (p *plainListener) Close() error   { return nil }
func (p *plainListener) Accept() (net.Conn, error) {
	select {
	case c := <-p.ready:
		return c, nil
	case <-p.quit:
		return nil, net.ErrClosed
	}
}
