package lan

import (
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
)

// Address is one of the machine's addresses on a local network.
type Address struct {
	IP        string
	Interface string
	Main      bool // on the interface that reaches the rest of the world
}

// virtual are interfaces that lead to containers and machines inside this one, not to customers.
var virtual = []string{"docker", "veth", "br-", "virbr", "vmnet", "vboxnet", "cni", "flannel", "podman", "lxc", "lxd", "tap", "vEthernet"}

// Addresses lists the machine's private IPv4 addresses, the main one first, virtual
// bridges last.
func Addresses() []Address {
	all := []Address{}
	interfaces, err := net.Interfaces()
	if err != nil {
		return all
	}
	main := mainIP()
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addrs, err := i.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addrs {
			if ip, ok := privateIP(a); ok {
				all = append(all, Address{IP: ip, Interface: i.Name, Main: ip == main})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Address) int { return rank(a) - rank(b) })
	return all
}

func rank(a Address) int {
	switch {
	case a.Main:
		return 0
	case slices.ContainsFunc(virtual, func(p string) bool { return strings.HasPrefix(a.Interface, p) }):
		return 2
	}
	return 1
}

func privateIP(a net.Addr) (string, bool) {
	p, err := netip.ParsePrefix(a.String())
	if err != nil || !p.Addr().Is4() || !p.Addr().IsPrivate() {
		return "", false
	}
	return p.Addr().String(), true
}

// mainIP asks the routing table; a datagram socket sends nothing by being connected.
func mainIP() string {
	c, err := net.Dial("udp4", "192.0.2.1:9") //nolint:noctx // no packet leaves
	if err != nil {
		return ""
	}
	defer func() { _ = c.Close() }()
	return AddressOf(c.LocalAddr().String())
}

// AddressOf takes the port off and gives the address in one form; IPv6 is counted by its
// network of 64 bits, since one device has all of it.
func AddressOf(hostPort string) string {
	ap, err := netip.ParseAddrPort(hostPort)
	if err != nil {
		return hostPort
	}
	ip := ap.Addr().Unmap().WithZone("")
	if ip.Is6() && !ip.IsLoopback() {
		if p, err := ip.Prefix(64); err == nil {
			return p.Addr().String()
		}
	}
	return ip.String()
}

// HostName is the machine's name without its domain, "" when it has none.
func HostName() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	name, _, _ = strings.Cut(strings.ToLower(name), ".")
	return name
}

// Names are all names and addresses that the portal may be reached by: extra ones (the
// settings' host name), the machine's name, that name under .local, its addresses.
func Names(extra ...string) []string {
	names := []string{"localhost", "127.0.0.1", "::1"}
	for _, n := range extra {
		if n != "" {
			names = append(names, strings.ToLower(n))
		}
	}
	if h := HostName(); h != "" && h != "localhost" {
		names = append(names, h, h+".local")
	}
	for _, a := range Addresses() {
		names = append(names, a.IP)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
