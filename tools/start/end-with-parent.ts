/**
 * Loaded into wrangler before anything else. When the tool that started it is killed without a chance
 * to clean up, the channel between them closes, and wrangler stops itself and its workerd.
 */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
