// SPDX-License-Identifier: Apache-2.0
// What to do instead of an option that Nmap has and `sonde scan` has not. Without these the nearest
// option would be proposed, and whoever takes -sN for -oN sends another scan than he meant.
#include "command/scan_absent.h"

const struct option_absent scan_absent[SCAN_ABSENT] = {
	{"sV version-* allports",
	 "asks services for their versions, which sonde does not do; run nmap -sV on the open ports "
	 "that sonde finds"},
	{"A",
	 "asks for versions, systems and scripts, which sonde does not do; leave it out, and run "
	 "nmap -A on the open ports that sonde finds"},
	{"O osscan-* max-os-tries",
	 "guesses operating systems, which sonde does not do; nmap -O does"},
	{"sC script script-*",
	 "runs scripts, which sonde does not do; run nmap -sC on the open ports that sonde finds"},
	{"sO sY sZ PY* PO* PM",
	 "is no scan or discovery of sonde's; it has -sS -sT -sU -sA -sW -sF -sN -sX -sM and -PE -PP -PS "
	 "-PA -PU -PR"},
	{"sI b scanflags",
	 "is no scan of sonde's, which hides behind nobody; -sS is the usual one"},
	{"sP", "is Nmap's old name of -sn; write -sn"},
	{"P0 PN PD", "is Nmap's old name of -Pn; write -Pn"},
	{"oN* oM*",
	 "writes a report; redirect standard output instead, as in: sonde scan HOST > FILE"},
	{"oX* oG* oA* oS* stylesheet webxml no-stylesheet append-output resume",
	 "writes or reads reports that sonde does not have; -w FILE keeps every packet, and "
	 "sonde explain FILE --json tells the verdicts"},
	{"D* S g* source-port spoof-mac f ff mtu data data-string data-length ip-options badsum ttl "
	 "proxies proxy",
	 "disguises a scan, which sonde does not do; leave it out"},
	{"V version", "is no option of a scan; write sonde --version"},
	{"d d1 d2 d3 d4 d5 d6 d7 d8 d9 dd debug",
	 "is not known here; -v says more, --packet-trace shows each packet, and so do the keys v and p"},
	{"iflist", "is not known here; ip address and ip route show interfaces and routes"},
	{"iR*", "scans addresses by chance, which sonde does not do; name the targets"},
	{"excludefile",
	 "is not known here; --exclude takes a list, as in: --exclude 192.0.2.1,192.0.2.9"},
	{"dns-servers system-dns resolve-all",
	 "is not known here; the servers of /etc/resolv.conf are asked, and -n asks none"},
	{"traceroute", "is not known here; traceroute and mtr find the way to a host"},
	{"privileged unprivileged send-eth send-ip randomize-hosts disable-arp-ping nsock-engine",
	 "is not needed; sonde takes the way that is open to it, and -sT asks for a connect scan"},
	{"defeat-rst-ratelimit defeat-icmp-ratelimit port-ratio",
	 "is not needed; limits are found and waited for, and --top-ports N asks the popular ports"},
};
