import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/**
 * Security headers of everything that a browser may show. No inline script, nothing from elsewhere; styles inline are
 * allowed because the browsable reference sets them from its script. HTTPS is the proxy's to enforce: an installation
 * on a private machine is reached by plain HTTP.
 */
export async function protect(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"], 'script-src': ["'self'"], 'style-src': [
          "'self'", "'unsafe-inline'",
        ], 'img-src': ["'self'", 'data:'],
        'font-src': ["'self'", 'data:'], 'connect-src': ["'self'"], 'manifest-src': ["'self'"], 'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  })
}
