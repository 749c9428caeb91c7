/* SPDX-License-Identifier: Apache-2.0 */
/* Remote Authentication Dial In User Service (RFC 2865, 2866, 5176). */
#ifndef SONDE_PROTO_RADIUS_H
#define SONDE_PROTO_RADIUS_H

#include "proto/registry.h"

#define RADIUS_PORT                1812 /* RFC 2865 s. 3 */
#define RADIUS_ACCOUNTING_PORT     1813 /* RFC 2866 s. 3 */
#define RADIUS_OLD_PORT            1645
#define RADIUS_OLD_ACCOUNTING_PORT 1646
#define RADIUS_DYNAMIC_OLD_PORT    1700
#define RADIUS_DYNAMIC_PORT        3799 /* RFC 5176 s. 2.1 */

extern const struct dissector radius_dissector;

#endif
