/** Port of the configuration service inside its container. */
export const servicePort = 8080;
