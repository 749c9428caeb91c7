// SPDX-License-Identifier: Apache-2.0
/* Opens TAP, TUN and packet sockets inside a named network namespace. */
#include "device.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	TX_QUEUE_FRAMES = 20000,
	SOCKET_BUFFER = 16 * 1024 * 1024,
};

int device_enter(const char *path, struct fail *f)
{
	int fd;

	if (strcmp(path, "-") == 0)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail_set(f, "Cannot open the namespace \"%.100s\": %s.", path,
				strerror(errno));
	if (setns(fd, CLONE_NEWNET) < 0) {
		fail_set(f, "Cannot enter the namespace \"%.100s\": %s.", path, strerror(errno));
		close(fd);
		return -1;
	}
	close(fd);
	return 0;
}

static int name_into(struct ifreq *req, const char *name, struct fail *f)
{
	if (!*name || strlen(name) >= sizeof(req->ifr_name))
		return fail_set(f, "\"%.40s\" is not a device name of 1 to 15 letters.", name);
	memset(req, 0, sizeof(*req));
	memcpy(req->ifr_name, name, strlen(name) + 1);
	return 0;
}

/* The kernel drops silently what a TAP reader is too late for; make room. */
static int lengthen_queue(const char *name, struct fail *f)
{
	struct ifreq req;
	int fd, rc;

	if (name_into(&req, name, f) < 0)
		return -1;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail_set(f, "Cannot open a control socket: %s.", strerror(errno));
	req.ifr_qlen = TX_QUEUE_FRAMES;
	rc = ioctl(fd, SIOCSIFTXQLEN, &req);
	if (rc < 0)
		fail_set(f, "Cannot lengthen the queue of \"%s\": %s.", name, strerror(errno));
	close(fd);
	return rc;
}

int device_tap(const char *name, bool layer3, struct fail *f)
{
	struct ifreq req;
	int fd;

	if (name_into(&req, name, f) < 0)
		return -1;
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return fail_set(f, "Cannot open /dev/net/tun: %s.", strerror(errno));
	req.ifr_flags = (short)((layer3 ? IFF_TUN : IFF_TAP) | IFF_NO_PI);
	if (ioctl(fd, TUNSETIFF, &req) < 0) {
		fail_set(f, "Cannot make the device \"%s\": %s.", name, strerror(errno));
		close(fd);
		return -1;
	}
	if (lengthen_queue(name, f) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static int packet_options(int fd, int index)
{
	struct packet_mreq all = {.mr_ifindex = index, .mr_type = PACKET_MR_PROMISC};
	int on = 1, size = SOCKET_BUFFER;

	if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all)) < 0)
		return -1;
	/* Not every caller may force it; the default size works too. */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	return 0;
}

int device_packet(const char *name, bool *ret_layer3, struct fail *f)
{
	struct sockaddr_ll addr = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
	struct ifreq req;
	bool layer3;
	int fd;

	if (name_into(&req, name, f) < 0)
		return -1;
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail_set(f, "Cannot open a packet socket: %s.", strerror(errno));
	if (ioctl(fd, SIOCGIFINDEX, &req) < 0)
		goto bad;
	addr.sll_ifindex = req.ifr_ifindex;
	if (ioctl(fd, SIOCGIFHWADDR, &req) < 0)
		goto bad;
	layer3 = req.ifr_hwaddr.sa_family == ARPHRD_NONE;
	if (packet_options(fd, addr.sll_ifindex) < 0 ||
	    bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		goto bad;
	*ret_layer3 = layer3;
	return fd;
bad:
	fail_set(f, "Cannot listen on the device \"%s\": %s.", name, strerror(errno));
	close(fd);
	return -1;
}

int device_follow_parent(struct fail *f)
{
	pid_t parent = getppid();

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return fail_set(f, "Cannot ask to end with the parent: %s.", strerror(errno));
	if (getppid() != parent)
		raise(SIGKILL);
	return 0;
}
