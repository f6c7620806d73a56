using Rubato.Goldens;

namespace Rubato.Tests.Goldens;

/// <summary>What <c>tests/goldens.sh</c> tells its caller.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData("y", 0, "1 passed, 0 failed, 0 skipped")]
    [InlineData("wrong", 1, "0 passed, 1 failed, 0 skipped")]
    [InlineData("nothing", 1, "0 passed, 1 failed, 0 skipped")]
    public void The_last_line_has_the_totals_and_a_failure_the_exit_code_1(string result, int code, string totals)
    {
        using var set = new TemporarySet();
        set.Add("a/case", $$$"""
            {"family": "ops", "cases": [{"id": "c0", "op": "relu", "args": {}, "inputs": {"x": "x"},
             "outputs": {"y": "{{{result}}}"}, "tolerance": {"atol": 0, "rtol": 0}}]}
            """, ("x", [1], [3]), ("y", [1], [3]), ("wrong", [1], [4]));
        using var output = new StringWriter();
        Assert.Equal(code, Program.Run([set.Root], output, TextWriter.Null));
        Assert.Equal(totals, output.ToString().TrimEnd().Split('\n')[^1]);
    }

    [Fact]
    public void Nothing_to_run_has_the_exit_code_2_and_says_why()
    {
        using var empty = new TemporarySet();
        string missing = Path.Combine(empty.Root, "missing");
        Assert.Equal($"{missing}: there is no such folder", Refusal(missing));
        Assert.Equal($"{empty.Root}: no case.json in this folder or below", Refusal(empty.Root));
        Assert.StartsWith("usage: ", Refusal("--help"), StringComparison.Ordinal);
        Assert.StartsWith("usage: ", Refusal("a", "b"), StringComparison.Ordinal);
    }

    private static string Refusal(params string[] arguments)
    {
        using var error = new StringWriter();
        Assert.Equal(2, Program.Run(arguments, TextWriter.Null, error));
        return error.ToString().TrimEnd();
    }
}
