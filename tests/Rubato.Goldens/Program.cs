namespace Rubato.Goldens;

/// <summary>Compares Rubato with the reference results in a folder. The wrapper is <c>tests/goldens.sh</c>.</summary>
internal static class Program
{
    private const int Success = 0, CasesFailed = 1, WrongUse = 2;

    /// <summary>Runs the set that the only argument names.</summary>
    /// <returns>0 if no case failed, 1 if one did, 2 if there is nothing to run.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter error, Action<int>? progress = null)
    {
        if (arguments is not [{ Length: > 0 } root] || root.StartsWith('-'))
            return Refuse("usage: goldens.sh [DIR]    DIR holds folders with a case.json, at any depth");
        if (!Directory.Exists(root)) return Refuse($"{root}: there is no such folder");

        int done = 0;
        Summary summary = Runner.Run(root, Family.ByName, _ => progress?.Invoke(++done));
        if (summary.Outcomes.Count == 0) return Refuse($"{root}: no case.json in this folder or below");
        foreach (string line in summary.Lines()) output.WriteLine(line);
        return summary.Failed == 0 ? Success : CasesFailed;

        int Refuse(string message)
        {
            error.WriteLine(message);
            return WrongUse;
        }
    }

    private static int Main(string[] arguments)
    {
        if (Console.IsErrorRedirected) return Run(arguments, Console.Out, Console.Error);

        // A counter that the first line of the result replaces.
        return Run(arguments, Console.Out, Console.Error, done => Console.Error.Write($"\r{done} done\r"));
    }
}
