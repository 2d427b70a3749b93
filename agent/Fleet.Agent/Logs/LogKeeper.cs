namespace Fleet.Agent.Logs;

/// <summary>Puts every line of the log into the <see cref="LogStore"/> as well.</summary>
[ProviderAlias("Kept")]
internal sealed class LogKeeper(LogStore store) : ILoggerProvider, ISupportExternalScope
{
    private readonly LogStore _store = store;
    private IExternalScopeProvider? _scopes;

    public ILogger CreateLogger(string categoryName) => new Keeper(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Keeper(LogKeeper keeper, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => keeper._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var text = formatter(state, exception);
            keeper._scopes?.ForEachScope((scope, _) => text = $"[{scope}] {text}", (object?)null);
            keeper._store.Write(logLevel, category, exception is null ? text : $"{text}\n{exception}");
        }
    }
}
