namespace WebhookKit.Testing.Harness;

/// <summary>What receivers answer: for each URL its own answers, or else the default ones, of which each URL has its own turn.</summary>
internal sealed class AnswerScript
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Func<SentWebhook, SimulatedAnswer>> _byUrl = new(StringComparer.Ordinal);
    private Func<Func<SentWebhook, SimulatedAnswer>> _newDefault = () => _ => 200;
    private Dictionary<string, Func<SentWebhook, SimulatedAnswer>> _defaults = new(StringComparer.Ordinal);

    public SimulatedAnswer AnswerTo(SentWebhook sent)
    {
        Func<SentWebhook, SimulatedAnswer>? answer;
        lock (_lock)
        {
            if (!_byUrl.TryGetValue(sent.Url.AbsoluteUri, out answer) && !_defaults.TryGetValue(sent.Url.AbsoluteUri, out answer))
                _defaults.Add(sent.Url.AbsoluteUri, answer = _newDefault());
        }

        return answer(sent) ?? throw new WebhookException($"The answer for {sent.Url} is null.");
    }

    public void SetDefault(Func<Func<SentWebhook, SimulatedAnswer>> newDefault)
    {
        lock (_lock)
        {
            _newDefault = newDefault;
            _defaults = new Dictionary<string, Func<SentWebhook, SimulatedAnswer>>(StringComparer.Ordinal);
        }
    }

    public void Set(string url, Func<SentWebhook, SimulatedAnswer> answer)
    {
        var key = new Uri(url, UriKind.Absolute).AbsoluteUri;
        lock (_lock)
            _byUrl[key] = answer;
    }

    /// <summary>These answers in turn, the last one for ever.</summary>
    public static Func<SentWebhook, SimulatedAnswer> InTurn(SimulatedAnswer[] answers)
    {
        var next = -1;
        return _ => answers[Math.Min(Interlocked.Increment(ref next), answers.Length - 1)];
    }
}
