/* SPDX-License-Identifier: Apache-2.0 */
/* What simulated hosts do with their ports, for sim_config.port, and the verdict each port deserves. */
#ifndef SONDE_TESTS_SCAN_SIM_PORTS_H
#define SONDE_TESTS_SCAN_SIM_PORTS_H

#include <stdint.h>

#include "evidence/verdict.h"
#include "sim.h"

/* As the host of the 2007 tutorial: 22, 53, 80 open; 25, 70, 113 closed; the rest silent. */
enum sim_port sim_scanme(void *user, uint16_t port);

/* Closed but for every two-hundredth port, which is open. */
enum sim_port sim_closed(void *user, uint16_t port);

/* Silent but for a tenth, which is closed, and a hundredth, which is open. */
enum sim_port sim_tenth(void *user, uint16_t port);

/* One port in six of each kind that there is. */
enum sim_port sim_mixed(void *user, uint16_t port);

enum sim_port sim_all_open(void *user, uint16_t port);
enum sim_port sim_silent(void *user, uint16_t port);

/* Refused by a router but for every 250th port, which is open. */
enum sim_port sim_rejected(void *user, uint16_t port);

/* Datagrams: every 200th port answers, every 250th is silent, the others are closed. */
enum sim_port sim_udp_closed(void *user, uint16_t port);

/* Half of the ports are silent, the others closed but for every 200th, which answers. */
enum sim_port sim_udp_half(void *user, uint16_t port);

/* Silent but for every 50th port, which is closed, and two that answer. */
enum sim_port sim_udp_few(void *user, uint16_t port);

/* What a SYN scan has to say of such a port. */
enum port_state sim_truth(enum sim_port port);

/* The same of a scan that asks by probes of this kind: SYN, UDP, FIN, NULL, Xmas, ACK, window. */
enum port_state sim_truth_by(enum probe_kind kind, enum sim_port port);

/* How many verdicts on living hosts differ from what config's ports do; undecided ones do. */
unsigned sim_wrong(const struct sim_config *config, const struct ledger *l);

#endif
