global using Fleet.Trust;
global using Microsoft.Extensions.Logging;
